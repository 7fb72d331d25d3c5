using Consensus.Engine;
using Consensus.Raft.Control;
using Consensus.Raft.Replication;

namespace Consensus.Raft.Membership;

/// <summary>
/// The leader's side of membership changes (section 6): one at a time, from the latest configuration in the log, and only after an entry
/// of the leader's own term is committed (Ongaro's correction of 2015). A joint configuration that is committed is left by whoever leads.
/// </summary>
internal sealed class MembershipChanges(RaftState state, Replicator replicator, ControlDesk desk)
{
    private const int EarlyMax = 16;

    private readonly List<NodeId> _caughtUp = [];
    private readonly Queue<EarlyChange> _early = new();
    private PendingChange? _pending;

    public void Request(NodeId from, Ticket ticket, MembershipChange change, Timestamp time)
    {
        if (!replicator.HasCommittedInTerm)
        {
            TakeEarly(new EarlyChange(from, ticket, change, time));
            return;
        }

        if (_pending is null && state.MembershipIndex <= state.Commit && MembershipPlanner.IsInEffect(state.Membership, change))
        {
            // Somebody asks again, whose first answer was lost perhaps. That it is so is said when it is committed once more: a leader that was
            // deposed, and does not know it yet, could not.
            _pending = new PendingChange(from, ticket, change, ControlResult.DoneBefore);
            Append(state.Membership, time);
            return;
        }

        var replaced = _pending is { } waiting && waiting.IsReplacedBy(change) ? _pending : null;
        if (_pending != replaced || state.MembershipIndex > state.Commit || state.Membership.IsJoint)
        {
            desk.Complete(from, ticket, new ControlResult(RefusalReason.Busy, "Another membership change is under way."));
            return;
        }

        if (!MembershipPlanner.TryPlan(state.Membership, change, out var next, out var problem))
        {
            desk.Complete(from, ticket, new ControlResult(RefusalReason.InvalidChange, problem));
            return;
        }

        if (FirstLagging(change) is { } lagging)
        {
            desk.Complete(from, ticket, new ControlResult(RefusalReason.NotCaughtUp, $"Node {lagging} lacks more than {state.Options.CatchUpEntriesMax} committed entries."));
            return;
        }

        if (replaced is not null)
        {
            desk.Complete(replaced.From, replaced.Ticket, new ControlResult(RefusalReason.InvalidChange, "Before the member had caught up, another change removed or moved it."));
        }

        _pending = new PendingChange(from, ticket, change, ControlResult.Done);
        Append(next, time);
    }

    /// <summary>Takes the next step of a change, if the last one is committed.</summary>
    public void Advance()
    {
        if (state.MembershipIndex > state.Commit || !replicator.HasCommittedInTerm)
        {
            return;
        }

        while (_early.TryDequeue(out var early))
        {
            Request(early.From, early.Ticket, early.Change, early.Time);
        }

        if (state.MembershipIndex > state.Commit)
        {
            return;
        }

        if (state.Membership.IsJoint)
        {
            Append(MembershipPlanner.Leave(state.Membership), default);
            return;
        }

        _caughtUp.Clear();
        foreach (var member in state.Membership.Members)
        {
            if (member.Role == MemberRole.Joining && HasCaughtUp(member.Id))
            {
                _caughtUp.Add(member.Id);
            }
        }

        if (_caughtUp.Count > 0)
        {
            Append(MembershipPlanner.Promote(state.Membership, _caughtUp), default);
            return;
        }

        if (_pending is { } pending && pending.IsComplete(state.Membership))
        {
            _pending = null;
            desk.Complete(pending.From, pending.Ticket, pending.Outcome);
        }
    }

    /// <summary>Leadership is lost: the next leader completes the change or voids it, and this one cannot tell which.</summary>
    public void EndTerm()
    {
        while (_early.TryDequeue(out var early))
        {
            desk.Complete(early.From, early.Ticket, new ControlResult(RefusalReason.NoLeader, "Leadership was lost before the change began."));
        }

        if (_pending is { } pending)
        {
            _pending = null;
            desk.Complete(pending.From, pending.Ticket, new ControlResult(RefusalReason.TimedOut, "Leadership changed during the membership change; the status tells whether it took effect."));
        }
    }

    private void TakeEarly(EarlyChange early)
    {
        if (_early.Count < EarlyMax)
        {
            _early.Enqueue(early);
        }
        else
        {
            desk.Complete(early.From, early.Ticket, new ControlResult(RefusalReason.Busy, "The leader was elected just now, and other changes wait for it."));
        }
    }

    // Measured against what a quorum has: under load more than that is under way at any time, to everybody, and none would ever catch up.
    private bool HasCaughtUp(NodeId id) =>
        replicator.Find(id) is { } member && member.Match.Value + (ulong)state.Options.CatchUpEntriesMax >= state.Commit.Value && member.Match > LogIndex.Zero;

    private NodeId? FirstLagging(MembershipChange change)
    {
        foreach (var step in change.Steps)
        {
            if (step.Kind == MembershipStepKind.Promote && !HasCaughtUp(step.Id))
            {
                return step.Id;
            }
        }

        return null;
    }

    private void Append(ClusterMembership next, Timestamp time) => state.Append(EntryKind.Membership, time, MembershipCodec.Encode(next));
}
