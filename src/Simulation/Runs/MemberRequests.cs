using Consensus.Hybrid;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Runs;

/// <summary>Asks a node for other members, in the way in which its engine takes such a wish: as a change, or as an operator's order that lists those of the next epoch.</summary>
internal static class MemberRequests
{
    /// <summary>Asks.</summary>
    /// <param name="world">The run.</param>
    /// <param name="asked">The node, which runs.</param>
    /// <param name="change">What is to change.</param>
    /// <param name="patience">How long somebody waits for the answer.</param>
    /// <param name="onAnswered">Called when there is one, or nobody waits any more.</param>
    public static void Ask(World world, SimulatedNode asked, MembershipChange change, TimeSpan patience, Action onAnswered)
    {
        if (asked.Core is not HybridCore core)
        {
            asked.Calls.Add(asked.Replica!.ChangeMembershipAsync(change), world.Agenda.Now + patience, (_, _) => onAnswered());
            return;
        }

        var epoch = core.Running.Descriptor;
        var next = MembersAfter(world, epoch, change);
        var membership = next.ToMembership();
        if (!world.Atlas.MayBecome(membership))
        {
            onAnswered();
            return;
        }

        world.Observatory.OnOrdered(epoch.Number, membership);
        var order = SealOrder.Give(epoch, new NextEpoch(epoch.Protocol) { Members = next }, world.OperatorOf(epoch));
        asked.Calls.Add(asked.Replica!.EndEpochAsync(order.ToBytes()), world.Agenda.Now + patience, (_, _) => onAnswered());
    }

    private static NextMembers MembersAfter(World world, EpochDescriptor epoch, MembershipChange change)
    {
        var members = epoch.Members.Members.Select(member => new EpochMember(member.Id, member.Key, world.Find(member.Id).Address)).ToList();
        foreach (var step in change.Steps)
        {
            members.RemoveAll(member => member.Id == step.Id);
            if (step.Kind != MembershipStepKind.Remove)
            {
                members.Add(new EpochMember(step.Id, world.KeyOf(step.Id), step.Address));
            }
        }

        return NextMembers.Of(members);
    }
}
