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
        var answer = asked.Core is HybridCore core
            ? asked.Replica!.EndEpochAsync(OrderFor(world, core.Running.Descriptor, change).ToBytes())
            : asked.Replica!.ChangeMembershipAsync(change);
        asked.Calls.Add(answer, world.Agenda.Now + patience, (_, _) => onAnswered());
    }

    private static SealOrder OrderFor(World world, EpochDescriptor epoch, MembershipChange change)
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

        return SealOrder.Give(epoch, epoch.Protocol, world.OperatorSigner, NextMembers.Of(members));
    }
}
