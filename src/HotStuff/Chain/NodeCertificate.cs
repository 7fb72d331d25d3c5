using Consensus.Cryptography;

namespace Consensus.HotStuff.Chain;

/// <summary>
/// A quorum's votes for a node (the paper's QC). The votes cover cluster, epoch, view and node. The first node of every chain needs none: its certificate is a
/// constant, and nothing else is accepted for view 0.
/// </summary>
internal sealed class NodeCertificate
{
    private NodeCertificate(ViewNumber view, Digest hash, QuorumCertificate? votes)
    {
        View = view;
        Hash = hash;
        Votes = votes;
    }

    /// <summary>The certificate of <see cref="Node.Genesis"/>.</summary>
    public static NodeCertificate Genesis { get; } = new(ViewNumber.Zero, Blake3.Hash("consensus-hotstuff-genesis"u8), null);

    /// <summary>The view of the node.</summary>
    public ViewNumber View { get; }

    /// <summary>The node.</summary>
    public Digest Hash { get; }

    /// <summary>The votes; none of the first node.</summary>
    public QuorumCertificate? Votes { get; }

    /// <summary>View and node, for traces.</summary>
    public override string ToString() => $"{View} {Hash.ToString()[..8]}";

    /// <summary>What a quorum has voted for.</summary>
    public static NodeCertificate Of(QuorumCertificate votes) => new(votes.Statement.View, votes.Statement.Hash, votes);
}
