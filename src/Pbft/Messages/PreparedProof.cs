using Consensus.Cryptography;

namespace Consensus.Pbft.Messages;

/// <summary>That a block was prepared: the primary's signed proposal, and 2f prepares of others.</summary>
/// <param name="Primary">The primary's signature of the pre-prepare.</param>
/// <param name="Prepares">The certificate of the prepares; its statement has view, number and digest.</param>
internal sealed record PreparedProof(Signature Primary, QuorumCertificate Prepares)
{
    /// <summary>About the size of its statement and the primary's signature.</summary>
    public const int OwnBytes = 160;

    /// <summary>About the size of a signature with its signer.</summary>
    public const int SignatureBytes = 68;

    public ViewNumber View => Prepares.Statement.View;

    public SequenceNumber Number => Prepares.Statement.Sequence;

    public Digest Digest => Prepares.Statement.Hash;
}
