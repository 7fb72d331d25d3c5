namespace Consensus.Cli.Commands.Client;

/// <summary>The body of a transfer.</summary>
/// <param name="Target">Who shall lead; <see langword="null"/>: whoever is most up to date.</param>
internal sealed record TransferOrder(uint? Target);
