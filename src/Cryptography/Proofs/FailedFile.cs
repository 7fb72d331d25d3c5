namespace Consensus.Cryptography;

/// <summary>A leader on record.</summary>
internal sealed record FailedFile(uint Leader, ulong Term);
