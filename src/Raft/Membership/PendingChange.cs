using Consensus.Engine;

namespace Consensus.Raft.Membership;

/// <summary>A membership change that somebody waits for.</summary>
internal sealed record PendingChange(NodeId From, Ticket Ticket, MembershipChange Change)
{
    /// <summary>Whether nothing of the change is left to do: a member added to vote does vote.</summary>
    public bool IsComplete(ClusterMembership membership)
    {
        foreach (var step in Change.Steps)
        {
            if (step.Kind == MembershipStepKind.AddVoter && membership.Find(step.Id) is { Role: MemberRole.Joining })
            {
                return false;
            }
        }

        return true;
    }
}
