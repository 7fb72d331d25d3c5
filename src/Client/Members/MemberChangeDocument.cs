namespace Consensus.Client.Members;

/// <summary>The body of a change of membership.</summary>
internal sealed record MemberChangeDocument(uint Id, string? Address, string Kind);
