namespace Consensus.Cryptography;

/// <summary>The command and its place.</summary>
internal sealed record CommandFile(
    byte[] Payload, int Place, IReadOnlyList<string> Commands, uint Origin, ulong BatchNumber, int BatchPlace, IReadOnlyList<string> Batches, long Time);
