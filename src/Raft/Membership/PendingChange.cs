using Consensus.Engine;

namespace Consensus.Raft.Membership;

/// <summary>A membership change that somebody waits for, or several: who asks again for one that is under way waits for it, too.</summary>
/// <param name="Change">The change.</param>
/// <param name="Outcome">What is answered when it is complete.</param>
internal sealed record PendingChange(MembershipChange Change, ControlResult Outcome)
{
    /// <summary>Through which replicas it was asked for, and by which tickets those know it.</summary>
    public List<(NodeId From, Ticket Ticket)> Waiting { get; } = [];

    /// <summary>Whether a change asks for the same.</summary>
    public bool IsSame(MembershipChange change) => Change.Steps.SequenceEqual(change.Steps);

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
