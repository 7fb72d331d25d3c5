using Consensus.HotStuff.Chain;

namespace Consensus.HotStuff.Rules;

/// <summary>
/// What makes one variant of chained HotStuff: when a replica may vote, what it is locked on, and what is committed. Pure; everything else is the same for all of them.
/// </summary>
internal interface IChainRules
{
    /// <summary>How many certified nodes commit the first of them, if each is the parent of the next and no view lies between. So the highest certificate is always so many heights, less one, above what its branch commits.</summary>
    int CommitNodes { get; }

    /// <summary>Whether a replica may vote for a node. That its view is higher than that of any vote before is looked at elsewhere.</summary>
    /// <param name="justify">The view of the certificate that the node has.</param>
    /// <param name="locked">The view of the node that the replica is locked on.</param>
    /// <param name="extendsLocked">Whether the node has that one among its ancestors.</param>
    /// <param name="highestReported">If the node comes with a quorum's time-outs, for the view before its own: the highest certificate that they name.</param>
    bool MayVote(ViewNumber justify, ViewNumber locked, bool extendsLocked, ViewNumber? highestReported);

    /// <summary>What a replica is locked on that knows of a certified node, if on nothing higher.</summary>
    NodePlace LockedBy(Node certified);

    /// <summary>The node that is committed, with all its ancestors, as soon as a node is certified.</summary>
    /// <param name="certified">The certified node.</param>
    /// <param name="parentOf">Finds the parent of a node, if it is known.</param>
    /// <returns>The node; none, if the chain is not of the right form.</returns>
    Node? CommittedBy(Node certified, Func<Node, Node?> parentOf);
}
