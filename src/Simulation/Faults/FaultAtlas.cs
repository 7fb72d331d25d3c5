using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Faults;

/// <summary>
/// Keeps a run survivable: says what may be destroyed without losing what the group has acknowledged. Faults that pass ask nobody; those
/// that destroy something, or put a node out of action until it is replaced, ask here first.
/// </summary>
/// <remarks>
/// A node that is lost and never comes back under its id is to Raft one that crashed for good. Nothing that was committed is lost with it,
/// whatever was on its disk: those that are left elect only somebody who has all of it. All they need is to be a quorum, in every configuration
/// that may still decide something. A node that loses the end of its log and comes back under its id is another matter: it would elect
/// somebody who lacks what it had acknowledged, in a message still under way perhaps. Such an end may be lost only while a quorum of
/// others holds it, and never a term or a vote.
/// <para>
/// A protocol that survives Byzantine replicas survives f of them, and for it whoever is lost, or has lost anything, is one: replicas that lie, forget and are
/// gone count together (<see cref="SimulatedProtocol.ByzantineMax"/>). In an unsafe run there may be one more, to see what breaks. Who crashes and goes on with all it had
/// is late, and counts no more than at Raft.
/// </para>
/// </remarks>
/// <param name="nodes">All nodes.</param>
/// <param name="observatory">What is on their disks.</param>
/// <param name="protocol">What they run, and how much it survives.</param>
/// <param name="isUnsafe">Whether more than that is allowed: everything that passes or destroys, and one more Byzantine replica.</param>
internal sealed class FaultAtlas(IReadOnlyList<SimulatedNode> nodes, Observatory observatory, SimulatedProtocol protocol, bool isUnsafe)
{
    private readonly SortedDictionary<NodeId, (LogPart? Tail, bool MayRefuse)> _damaged = [];
    private readonly SortedSet<NodeId> _leaving = [];

    /// <summary>
    /// Whether a node may be lost with everything on its disk, if it never comes back under its id; and whether it may leave the group. A
    /// configuration that only its own log has is lost with it: one that was cut off with a change that nobody else kept could otherwise never be taken away.
    /// </summary>
    public bool MayLose(SimulatedNode node) => !protocol.IsIndispensable(node.Id) && IsWithinBound(node) && (isUnsafe || observatory.ConfigurationsInUseWithout(node.Id).All(members => CanDecide(members, Whole(node))));

    /// <summary>Whether a node that is honest may become Byzantine.</summary>
    public bool MayCorrupt(SimulatedNode node) => protocol.FaultModel != FaultModel.Crash && !IsByzantine(node) && MayLose(node);

    /// <summary>Whether any node is Byzantine.</summary>
    public bool HasByzantine => observatory.HasByzantine;

    /// <summary>Whether a node may do anything: it lies, or has lost what it should know.</summary>
    public bool IsByzantine(SimulatedNode node) => observatory.IsByzantine(node.Id);

    /// <summary>Whether a node may lose the end of its log unnoticed: whether a quorum of others has it on disk.</summary>
    public bool MayLoseTail(SimulatedNode node, in LogPart tail)
    {
        if (protocol.FaultModel == FaultModel.Byzantine)
        {
            return MayLose(node);
        }

        var last = tail.Last;
        var holders = Whole(node);
        holders.RemoveAll(other => IsDamaged(other) || !observatory.LogOf(other.Id).Holds(last));
        return isUnsafe || observatory.ConfigurationsInUse.All(members => IsQuorum(members, holders));
    }

    /// <summary>A node's disk was damaged; its next start shows how badly.</summary>
    /// <param name="node">The node.</param>
    /// <param name="tail">What may be missing afterwards, without being noticed.</param>
    /// <param name="mayRefuse">Whether the replica may refuse to start; until then it counts as lost.</param>
    public void Damage(SimulatedNode node, LogPart? tail, bool mayRefuse)
    {
        _damaged[node.Id] = (tail, mayRefuse);
        if (protocol.FaultModel == FaultModel.Byzantine && (tail is not null || mayRefuse))
        {
            observatory.OnByzantine(node);
        }
    }

    /// <summary>Whether a node's disk was damaged since it last started.</summary>
    public bool IsDamaged(SimulatedNode node) => _damaged.ContainsKey(node.Id);

    /// <summary>Whether a node's replica may refuse to start, because its disk was damaged.</summary>
    public bool MayRefuse(SimulatedNode node) => _damaged.GetValueOrDefault(node.Id).MayRefuse;

    /// <summary>What may be missing from a node's log at its next start.</summary>
    public LogPart? LosableTail(SimulatedNode node) => _damaged.GetValueOrDefault(node.Id).Tail;

    /// <summary>Somebody has asked for a node's removal: it may take effect at any time, however late the request arrives.</summary>
    public void Leave(SimulatedNode node) => _leaving.Add(node.Id);

    /// <summary>Whether a member is to be removed: it is gone, or somebody has asked for it.</summary>
    public bool IsToBeRemoved(SimulatedNode node) =>
        node.Condition is NodeCondition.Damaged or NodeCondition.Retired || _leaving.Contains(node.Id);

    /// <summary>Whether a node can be relied upon, now or when it is started again.</summary>
    public bool IsWhole(SimulatedNode node) => Stays(node) && !IsByzantine(node);

    /// <summary>Whether a node need not be replaced: it can be relied upon, or lies, which nobody knows.</summary>
    public bool Stays(SimulatedNode node) => !IsToBeRemoved(node) && !MayRefuse(node);

    /// <summary>Whether a group of these members could make progress now, and survives those of them that cannot be relied upon.</summary>
    public bool MayBecome(ClusterMembership members) => CanDecide(members, [.. nodes.Where(IsWhole)])
        && nodes.Count(node => members.Find(node.Id) is not null && !IsWhole(node)) <= protocol.ByzantineMax(members.Members.Length);

    /// <summary>Whether these nodes alone can make progress, whatever happens to the others.</summary>
    public bool CanProgressWith(IEnumerable<SimulatedNode> core)
    {
        var present = core.Where(IsWhole).ToList();
        return present.Count > 0 && nodes.All(node => !protocol.IsIndispensable(node.Id) || present.Contains(node)) && observatory.ConfigurationsInUse.All(members => CanDecide(members, present));
    }

    /// <summary>The node has recovered: what was damaged was of no importance, or is repaired.</summary>
    public void OnStarted(SimulatedNode node) => _damaged.Remove(node.Id);

    /// <summary>The node never comes back.</summary>
    public void OnRetired(SimulatedNode node) => _damaged.Remove(node.Id);

    /// <summary>The node has an empty disk: nothing on it is damaged any more.</summary>
    public void OnForgotten(SimulatedNode node) => _damaged.Remove(node.Id);

    private List<SimulatedNode> Whole(SimulatedNode without) => [.. nodes.Where(node => node != without && IsWhole(node))];

    // Whoever does not vote yet may be promoted at any time, by a request that is under way: those that are not there count against the
    // others already, and those that are do not count for them.
    private bool CanDecide(ClusterMembership members, List<SimulatedNode> present)
    {
        var absent = members.Members.Count(member => member.Role is MemberRole.Learner or MemberRole.Joining && !present.Exists(node => node.Id == member.Id));
        return IsQuorum(members, present, absent);
    }

    private bool IsQuorum(ClusterMembership members, List<SimulatedNode> present, int more = 0) =>
        IsQuorum([.. Voters(members)], present, more) && IsQuorum(members.Outgoing, present, 0);

    private bool IsQuorum(IReadOnlyCollection<NodeId> voters, List<SimulatedNode> present, int more) =>
        voters.Count == 0 || voters.Count(voter => present.Exists(node => node.Id == voter)) >= protocol.Quorum.Size(voters.Count + more);

    /// <summary>Whether those that may do anything are few enough, the node among them.</summary>
    private bool IsWithinBound(SimulatedNode node) => protocol.FaultModel == FaultModel.Crash || observatory.ConfigurationsInUse.All(members =>
        IsWithinBound([.. Voters(members)], node) && IsWithinBound(members.Outgoing, node));

    private bool IsWithinBound(IReadOnlyCollection<NodeId> voters, SimulatedNode node) =>
        voters.Count == 0
        || nodes.Count(other => voters.Contains(other.Id) && (other == node || !IsWhole(other))) <= protocol.ByzantineMax(voters.Count) + (isUnsafe ? 1 : 0);

    private static IEnumerable<NodeId> Voters(ClusterMembership members) => members.Members.Where(member => member.Role == MemberRole.Voter).Select(member => member.Id);
}
