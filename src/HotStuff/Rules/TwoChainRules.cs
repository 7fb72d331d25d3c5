using Consensus.HotStuff.Chain;

namespace Consensus.HotStuff.Rules;

/// <summary>
/// One phase less (Jolteon, Gelashvili et al., FC '22; HotStuff-2, Malkhi and Nayak, 2023): locked on the highest certified node, committed by two certified nodes in consecutive
/// views, the one the parent of the other.
/// </summary>
/// <remarks>
/// <para>
/// Why two nodes that conflict are never both committed: let b and b′ be certified in the views v and v+1. Of all certified nodes of views above v that do not extend b,
/// take the one of the lowest view w; w &gt; v+1, and its parent's view u is below v. Some correct replica has voted for b′ and then for it; since b′ it is
/// locked on a node of view v or higher, so without time-outs it has not voted for a node whose parent's view is u.
/// </para>
/// <para>
/// With a quorum's time-outs for the view w−1 ≥ v+1: some correct replica has voted for b′ and signed one of them. Having signed it, it votes in no view up to w−1; so it
/// had voted for b′ before, and has named a certificate of view v or higher. The highest one that they name is v or higher, and u is lower.
/// Therefore time-outs count for the very next view only, and a replica that signs one for the last view of a term votes in no view of that term any more. Who leads a view,
/// and which views are passed over, does not matter.
/// </para>
/// </remarks>
internal sealed class TwoChainRules : IChainRules
{
    public int CommitNodes => 2;

    public bool MayVote(ViewNumber justify, ViewNumber locked, bool extendsLocked, ViewNumber? highestReported) => justify >= locked || justify >= highestReported;

    public NodePlace LockedBy(Node certified) => certified.Place;

    public Node? CommittedBy(Node certified, Func<Node, Node?> parentOf) =>
        parentOf(certified) is { } first && certified.View == first.View.Next ? first : null;
}
