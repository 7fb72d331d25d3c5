namespace Consensus.Cli.Commands.Client;

/// <summary>The body of a compare-and-swap.</summary>
/// <param name="Expected">The value that the key must have; <see langword="null"/>: none.</param>
/// <param name="Replacement">The value that it gets; <see langword="null"/>: none.</param>
internal sealed record SwapDocument(string? Expected, string? Replacement);
