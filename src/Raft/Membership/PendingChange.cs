using Consensus.Engine;

namespace Consensus.Raft.Membership;

/// <summary>A membership change that somebody waits for.</summary>
/// <param name="From">Through which replica it came.</param>
/// <param name="Ticket">By which that replica knows it.</param>
/// <param name="Change">The change.</param>
/// <param name="Outcome">What is answered when it is complete.</param>
internal sealed record PendingChange(NodeId From, Ticket Ticket, MembershipChange Change, ControlResult Outcome)
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

    /// <summary>
    /// Whether a change is about what this one waits for: a member under a wrong address never catches up, and if it could be neither removed
    /// nor moved, it would be in the way of all further changes for as long as this leader leads.
    /// </summary>
    public bool IsReplacedBy(MembershipChange change)
    {
        foreach (var step in change.Steps)
        {
            if (step.Kind is MembershipStepKind.Remove or MembershipStepKind.Move && Adds(step.Id))
            {
                return true;
            }
        }

        return false;
    }

    private bool Adds(NodeId id)
    {
        foreach (var step in Change.Steps)
        {
            if (step.Kind == MembershipStepKind.AddVoter && step.Id == id)
            {
                return true;
            }
        }

        return false;
    }
}
