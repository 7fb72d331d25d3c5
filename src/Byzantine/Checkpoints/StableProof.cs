using Consensus.Cryptography;

namespace Consensus.Byzantine;

/// <summary>A stable checkpoint, and the certificate that it is one. The origin needs none.</summary>
/// <param name="Content">What is certified.</param>
/// <param name="Certificate">A quorum's certificate; none for the origin, on which everybody agrees.</param>
internal sealed record StableProof(CheckpointContent Content, QuorumCertificate? Certificate)
{
    /// <summary>The state before the first block.</summary>
    public static StableProof Origin { get; } = new(CheckpointContent.Origin, null);

    /// <summary>The last block it covers.</summary>
    public SequenceNumber Number => Content.Number;
}
