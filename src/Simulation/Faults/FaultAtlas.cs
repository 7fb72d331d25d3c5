using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Faults;

/// <summary>
/// Keeps a run survivable: says what may be destroyed without losing what the group has acknowledged. Faults that pass ask nobody; those
/// that destroy something, or put a node out of action until it is replaced, ask here first.
/// </summary>
/// <param name="nodes">All nodes.</param>
/// <param name="observatory">What is on their disks.</param>
/// <param name="isUnsafe">Whether everything is allowed.</param>
internal sealed class FaultAtlas(IReadOnlyList<SimulatedNode> nodes, Observatory observatory, bool isUnsafe)
{
    /// <summary>
    /// Whether a node may be lost with everything on its disk: in every configuration in use the others that are whole are a quorum, and
    /// every entry that the node has on disk is on the disks of a quorum of them.
    /// </summary>
    public bool MayLose(SimulatedNode node) =>
        isUnsafe || observatory.ConfigurationsInUse.All(members => IsQuorum(members, Whole(node)) && IsHeldByQuorum(members, node));

    /// <summary>Whether these nodes alone are a quorum in every configuration in use.</summary>
    public bool CanProgressWith(IEnumerable<SimulatedNode> core)
    {
        var present = core.ToArray();
        return present.Length > 0 && observatory.ConfigurationsInUse.All(members => IsQuorum(members, present));
    }

    /// <summary>The nodes whose disks are whole, without one.</summary>
    private List<SimulatedNode> Whole(SimulatedNode without) =>
        [.. nodes.Where(node => node != without && node.Condition is not (NodeCondition.Damaged or NodeCondition.Retired))];

    // Whatever the node has on disk it may have acknowledged, in a message that is still under way. An entry's chain hash covers all before
    // it, so the last entry is enough. Where the group is quiet this holds often; where it does not, the fault comes another time.
    private bool IsHeldByQuorum(ClusterMembership members, SimulatedNode node)
    {
        var log = observatory.LogOf(node.Id);
        return log[log.Last] is not { } last || IsQuorum(members, Whole(node).Where(other => observatory.LogOf(other.Id).Holds(last)));
    }

    private static bool IsQuorum(ClusterMembership members, IEnumerable<SimulatedNode> present)
    {
        var ids = present.Select(node => node.Id).ToHashSet();
        return IsMajority(members.Members.Where(member => member.Role == MemberRole.Voter).Select(member => member.Id), ids)
            && IsMajority(members.Outgoing, ids);
    }

    private static bool IsMajority(IEnumerable<NodeId> voters, HashSet<NodeId> present)
    {
        var all = voters.ToArray();
        return all.Length == 0 || all.Count(present.Contains) > all.Length / 2;
    }
}
