using Consensus.HotStuff.Chain;

namespace Consensus.HotStuff.Rules;

/// <summary>
/// The rules of the paper (PODC '19, sections 4.4 and 5, algorithms 4 and 5): locked on the certified node's parent, committed by three certified nodes in consecutive views, each the
/// parent of the next.
/// </summary>
/// <remarks>
/// Why two nodes that conflict are never both committed: let b, b′, b″ be certified in the views v, v+1, v+2. Of all certified nodes of views above v that do not extend
/// b, take the one of the lowest view w. As b′ and b″ are the only ones of their views, w &gt; v+2. Its parent's view is below v (or it would extend b). Some correct
/// replica has voted for b″ and then for it; since b″ it is locked on a node of view v or higher. The parent's view is lower; and what the replica is
/// locked on, if of a view below w, extends b by the choice of w, so the node does not extend that either: the replica has not voted for it.
/// Nothing in this depends on who leads a view, on time-outs, or on which views have no node.
/// </remarks>
internal sealed class ThreeChainRules : IChainRules
{
    public int CommitNodes => 3;

    public bool MayVote(ViewNumber justify, ViewNumber locked, bool extendsLocked, ViewNumber? highestReported) => extendsLocked || justify > locked;

    public NodePlace LockedBy(Node certified) => certified.Height == SequenceNumber.Zero
        ? Node.Genesis.Place
        : new NodePlace(certified.Justify.View, certified.Height - 1, certified.Justify.Hash);

    public Node? CommittedBy(Node certified, Func<Node, Node?> parentOf) =>
        parentOf(certified) is { } second && certified.View == second.View.Next && parentOf(second) is { } first && second.View == first.View.Next ? first : null;
}
