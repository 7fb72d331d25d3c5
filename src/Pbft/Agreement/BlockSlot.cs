using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Agreement;

/// <summary>What is known about one number of the order, above the stable checkpoint.</summary>
/// <param name="number">The number.</param>
internal sealed class BlockSlot(SequenceNumber number)
{
    public SequenceNumber Number => number;

    /// <summary>The view in which the block in the log was accepted as this number; none before the first.</summary>
    public ViewNumber? AcceptedIn { get; set; }

    /// <summary>
    /// What this replica has last voted for, and in which view: it stands also when the block was given up since, and after a restart. In one view nothing else is voted for.
    /// </summary>
    public (ViewNumber View, Digest Digest)? Promised { get; set; }

    /// <summary>When it was accepted, until f others are known to have accepted it too.</summary>
    public Ticks? EchoAwaitedSince { get; set; }

    /// <summary>The digest that was accepted.</summary>
    public Digest Digest { get; set; }

    /// <summary>The primary's signature of the pre-prepare.</summary>
    public Signature PrimarySignature { get; set; }

    /// <summary>What this replica has proposed as the primary of the view, with the signatures of its batches, to be sent again.</summary>
    public Block? Proposal { get; set; }

    /// <summary>The votes of the view that the replica is in.</summary>
    public VoteCollector? Prepares { get; set; }

    /// <summary>The votes of the view that the replica is in.</summary>
    public VoteCollector? Commits { get; set; }

    /// <summary>This replica's own votes of the view that it is in, to be sent again.</summary>
    public Prepare? OwnPrepare { get; set; }

    /// <summary>See <see cref="OwnPrepare"/>.</summary>
    public Commit? OwnCommit { get; set; }

    /// <summary>The proof of the highest view in which a block was prepared here as this number.</summary>
    public PreparedProof? Proof { get; set; }

    /// <summary>The proof that a block is committed as this number.</summary>
    public QuorumCertificate? Certificate { get; set; }

    /// <summary>Whether a vote for a block would contradict one that was given in the same view.</summary>
    public bool Contradicts(ViewNumber view, in Digest digest) => Promised is { } promised && promised.View == view && promised.Digest != digest;

    /// <summary>A view has begun: votes of earlier ones count no more.</summary>
    public void BeginView()
    {
        EchoAwaitedSince = null;
        Proposal = null;
        Prepares = null;
        Commits = null;
        OwnPrepare = null;
        OwnCommit = null;
    }
}
