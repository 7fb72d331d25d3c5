namespace Consensus.Cryptography;

/// <summary>A signed reply as it stands in an answer.</summary>
internal sealed record SignedReplyFile(
    string Format,
    string Cluster,
    ulong Epoch,
    string EpochId,
    uint Signer,
    ulong Client,
    ulong Sequence,
    string Outcome,
    ulong Index,
    string Command,
    byte[] Result,
    string Signature);
