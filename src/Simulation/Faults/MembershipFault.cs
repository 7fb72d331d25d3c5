using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>
/// Somebody changes who belongs to the group: adds learners and voters, promotes, removes (the leader too), replaces. He asks any node once
/// and does not wait for the outcome; the operator sees to it that removals are completed.
/// </summary>
internal sealed class MembershipFault(World world) : Fault(world, FaultKind.Membership)
{
    private const int VotersMin = 2;

    /// <summary>How many machines there are at most beyond as many as in the beginning.</summary>
    private const int MoreNodesMax = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(8), () =>
    {
        var running = World.Nodes.Where(node => node.Condition == NodeCondition.Running).ToList();
        if (running.Count == 0)
        {
            return false;
        }

        var asked = Random.Any(running);
        var change = Draw(running);
        if (change.Steps.IsEmpty || asked.Condition != NodeCondition.Running)
        {
            return false;
        }

        // What comes of it is seen in the configuration; an answer may be lost anyway.
        MemberRequests.Ask(World, asked, change, Patience, static () => { });
        return true;
    });

    private MembershipChange Draw(List<SimulatedNode> running) => Random.NextBelow(6) switch
    {
        0 when !World.Options.Protocol.HasLearners => MembershipChange.None,
        0 => AddNode() is { } node ? MembershipChange.None.AddLearner(node.Id, node.Address) : MembershipChange.None,
        1 => AddNode() is { } node ? MembershipChange.None.AddVoter(node.Id, node.Address) : MembershipChange.None,
        2 => Promote(),
        3 => Remove(running.Find(node => node.Replica?.Status.Role == ReplicaRole.Leader)),
        4 => Remove(AnyMember(MemberRole.Voter)),
        _ => Replace(),
    };

    private MembershipChange Promote() =>
        AnyMember(MemberRole.Learner) is { } learner && World.Atlas.IsWhole(learner) ? MembershipChange.None.Promote(learner.Id) : MembershipChange.None;

    private MembershipChange Remove(SimulatedNode? node, bool isReplaced = false)
    {
        var voters = World.Observatory.Configuration.Members.Count(member => member.Role == MemberRole.Voter && World.Atlas.IsWhole(World.Find(member.Id)));
        if (node is null || voters <= Math.Max(VotersMin, World.Options.Protocol.NodesMin - (isReplaced ? 1 : 0)) || !World.Atlas.IsWhole(node) || !World.Atlas.MayLose(node))
        {
            return MembershipChange.None;
        }

        World.Atlas.Leave(node);
        return MembershipChange.None.Remove(node.Id);
    }

    private MembershipChange Replace()
    {
        var change = Remove(AnyMember(MemberRole.Voter), isReplaced: true);
        return !change.Steps.IsEmpty && AddNode() is { } node ? change.AddVoter(node.Id, node.Address) : change;
    }

    private SimulatedNode? AnyMember(MemberRole role)
    {
        var members = World.Observatory.Configuration.Members.Where(member => member.Role == role).ToList();
        return members.Count > 0 ? World.Find(Random.Any(members).Id) : null;
    }

    private SimulatedNode? AddNode()
    {
        if (World.Nodes.Count(node => node.Condition != NodeCondition.Retired) >= World.Options.Nodes + MoreNodesMax)
        {
            return null;
        }

        var node = World.AddNode();
        node.Start();
        return node;
    }
}
