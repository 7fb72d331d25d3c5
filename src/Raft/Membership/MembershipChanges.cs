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
    private const int WaitingMax = 16;
    private const int MembersNamed = 16;

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
            Begin(from, ticket, change, ControlResult.DoneBefore);
            Append(state.Membership, time);
            return;
        }

        if (_pending is null ? MembershipPlanner.HasBegun(state.Membership, change) : _pending.IsSame(change))
        {
            WaitToo(from, ticket, change);
            return;
        }

        var replaced = _pending is { } waiting && waiting.IsReplacedBy(change) ? _pending : null;
        if (WhyNot(change, replaced, out var next) is { } refusal)
        {
            desk.Complete(from, ticket, refusal);
            return;
        }

        if (replaced is not null)
        {
            End(new ControlResult(RefusalReason.InvalidChange, "Before the member had caught up, another change removed or moved it."));
        }

        Begin(from, ticket, change, ControlResult.Done);
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
            End(pending.Outcome);
        }
    }

    /// <summary>Leadership is lost: the next leader completes the change or voids it, and this one cannot tell which.</summary>
    public void EndTerm()
    {
        while (_early.TryDequeue(out var early))
        {
            desk.Complete(early.From, early.Ticket, new ControlResult(RefusalReason.NoLeader, "Leadership was lost before the change began."));
        }

        End(new ControlResult(RefusalReason.TimedOut, "Leadership changed during the membership change; the status tells whether it took effect."));
    }

    private void Begin(NodeId from, Ticket ticket, MembershipChange change, ControlResult outcome)
    {
        _pending = new PendingChange(change, outcome);
        _pending.Waiting.Add((from, ticket));
    }

    private void WaitToo(NodeId from, Ticket ticket, MembershipChange change)
    {
        if (_pending is null)
        {
            // An earlier leader began it.
            Begin(from, ticket, change, ControlResult.Done);
        }
        else if (_pending.Waiting.Count < WaitingMax)
        {
            _pending.Waiting.Add((from, ticket));
        }
        else
        {
            desk.Complete(from, ticket, new ControlResult(RefusalReason.Busy, $"This change is under way, and {WaitingMax} callers wait for it already."));
        }
    }

    private void End(ControlResult result)
    {
        var ended = _pending;
        _pending = null;
        foreach (var (from, ticket) in ended?.Waiting ?? [])
        {
            desk.Complete(from, ticket, result);
        }
    }

    /// <summary>Why a change cannot begin, or <see langword="null"/> if it can: by <paramref name="next"/>.</summary>
    private ControlResult? WhyNot(MembershipChange change, PendingChange? replaced, out ClusterMembership next)
    {
        next = state.Membership;
        if (_pending != replaced || state.MembershipIndex > state.Commit || state.Membership.IsJoint)
        {
            return new ControlResult(RefusalReason.Busy, "Another membership change is under way.");
        }

        if (change.ExpectedVersion is { } version && (version < state.MembershipIndex || version > state.Commit))
        {
            // What is committed now is beyond what any replica can have shown before, so a number beyond that is no version of anybody's.
            return new ControlResult(RefusalReason.MembershipChanged, version > state.Commit
                ? $"Expected is version {version} of the membership, but the latest is {state.Commit}."
                : $"Expected is version {version} of the membership, which has changed since: version {state.Commit} has {Describe(state.Membership)}.");
        }

        if (!MembershipPlanner.TryPlan(state.Membership, change, out next, out var problem))
        {
            return new ControlResult(RefusalReason.InvalidChange, problem);
        }

        return FirstLagging(change) is { } lagging
            ? new ControlResult(RefusalReason.NotCaughtUp, $"Node {lagging} lacks more than {state.Options.CatchUpEntriesMax} committed entries.")
            : null;
    }

    private static string Describe(ClusterMembership membership) =>
        $"{membership.Members.Length} {(membership.Members.Length == 1 ? "member" : "members")}, {string.Join(", ", membership.Members.Take(MembersNamed).Select(member => member.Id))}{(membership.Members.Length > MembersNamed ? ", …" : "")}";

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
