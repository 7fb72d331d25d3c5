using Consensus.Cryptography;
using Consensus.HotStuff.Leaders;

namespace Consensus.HotStuff.Chain;

/// <summary>
/// A node of the chain (PODC '19, section 5), without the content of its block. Its parent is the node that its certificate is for: there is no other. Immutable.
/// </summary>
internal sealed class Node
{
    private Node()
    {
        Justify = NodeCertificate.Genesis;
        Record = LeaderRecord.Empty;
        Hash = NodeCertificate.Genesis.Hash;
    }

    /// <summary>Creates a node.</summary>
    /// <param name="view">The view that it is proposed in.</param>
    /// <param name="height">Its parent's height, and one.</param>
    /// <param name="justify">The certificate of its parent.</param>
    /// <param name="record">Which leaders have failed lately on its branch.</param>
    /// <param name="payload">The digest of its block.</param>
    public Node(ViewNumber view, SequenceNumber height, NodeCertificate justify, LeaderRecord record, Digest payload)
    {
        View = view;
        Height = height;
        Justify = justify;
        Record = record;
        Payload = payload;
        Hash = ComputeHash();
    }

    /// <summary>The node that every chain begins with. It has no block.</summary>
    public static Node Genesis { get; } = new();

    public ViewNumber View { get; }

    /// <summary>Also the number of its block in the log.</summary>
    public SequenceNumber Height { get; }

    public NodeCertificate Justify { get; }

    public LeaderRecord Record { get; }

    public Digest Payload { get; }

    /// <summary>What is voted on. It covers everything but the signatures in the certificate.</summary>
    public Digest Hash { get; }

    public NodePlace Place => new(View, Height, Hash);

    /// <summary>View, height, hash and parent, for traces.</summary>
    public override string ToString() => $"{View}@{Height} {Hash.ToString()[..8]} after {Justify}";

    /// <summary>What the hash covers.</summary>
    public ChainNode ToChainNode() =>
        new(View, Height, Justify.View, Justify.Hash, Payload, [.. Record.Failed.Select(failed => new FailedLeader(failed.Leader, failed.Term))]);

    private Digest ComputeHash() => ContentDigests.OfNode(ToChainNode());
}
