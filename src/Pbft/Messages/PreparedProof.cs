using Consensus.Cryptography;

namespace Consensus.Pbft.Messages;

/// <summary>That a block was prepared: the primary's signed proposal, and 2f prepares of others.</summary>
/// <param name="Primary">The primary's signature of the pre-prepare.</param>
/// <param name="Prepares">The certificate of the prepares; its statement has view, number and digest.</param>
internal sealed record PreparedProof(Signature Primary, QuorumCertificate Prepares)
{
    public ViewNumber View => Prepares.Statement.View;

    public SequenceNumber Number => Prepares.Statement.Sequence;

    public Digest Digest => Prepares.Statement.Hash;
}
