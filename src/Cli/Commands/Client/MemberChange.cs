namespace Consensus.Cli.Commands.Client;

/// <summary>The body of a change of membership.</summary>
/// <param name="Id">The member's number.</param>
/// <param name="Address">Its address; none for a promotion.</param>
/// <param name="Kind">What is done.</param>
internal sealed record MemberChange(uint Id, string? Address, string Kind);
