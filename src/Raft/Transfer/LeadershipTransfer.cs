using Consensus.Engine;
using Consensus.Raft.Control;
using Consensus.Raft.Messages;
using Consensus.Raft.Replication;

namespace Consensus.Raft.Transfer;

/// <summary>
/// Hands leadership over (thesis, section 3.10): no new commands, the target catches up, then it is told to stand for election at once.
/// Given up after the longest election timeout.
/// </summary>
internal sealed class LeadershipTransfer(RaftState state, Replicator replicator, ControlDesk desk)
{
    private Ticket _ticket;
    private NodeId _from;
    private bool _told;

    /// <summary>Who is to take over; nobody, if no transfer is under way.</summary>
    public NodeId Target { get; private set; }

    public bool IsUnderWay => Target != NodeId.None;

    /// <summary>When the attempt is given up.</summary>
    public Ticks Deadline { get; private set; } = Ticks.Never;

    public void Request(NodeId from, Ticket ticket, NodeId target)
    {
        if (IsUnderWay)
        {
            desk.Complete(from, ticket, new ControlResult(RefusalReason.Busy, $"A transfer to node {Target} is under way."));
            return;
        }

        var chosen = target == NodeId.None ? MostUpToDate() : target;
        if (chosen == state.Self)
        {
            desk.Complete(from, ticket, ControlResult.Done);
        }
        else if (!state.Quorum.Incoming.Contains(chosen))
        {
            var detail = target == NodeId.None ? "There is no other voter." : $"Node {target} is not a voter of the present configuration.";
            desk.Complete(from, ticket, new ControlResult(RefusalReason.InvalidChange, detail));
        }
        else
        {
            Begin(from, ticket, chosen);
        }
    }

    /// <summary>Begins a transfer that nobody has asked for.</summary>
    public void Begin(NodeId target) => Begin(NodeId.None, default, target);

    /// <summary>Ends it before its time.</summary>
    public void GiveUp() => End(new ControlResult(RefusalReason.StorageFull, $"The disk of node {Target} is full."));

    /// <summary>This leader no longer belongs to the voters: somebody else should lead.</summary>
    /// <returns>Whether there is somebody.</returns>
    public bool HandOver()
    {
        var target = MostUpToDate();
        if (target != NodeId.None)
        {
            state.Send(target, new TimeoutNow(state.Term));
        }

        return target != NodeId.None;
    }

    /// <summary>Tells the target once it has everything.</summary>
    public void Advance()
    {
        if (IsUnderWay && !_told && replicator.Find(Target) is { } member && member.Match == state.Log.LastIndex)
        {
            _told = true;
            state.Send(Target, new TimeoutNow(state.Term));
        }
    }

    public void OnTime()
    {
        if (IsUnderWay && state.Now >= Deadline)
        {
            var whoLeads = state.IsLeader ? "this node leads on" : "this node leads no more, and knows of no other leader";
            End(new ControlResult(RefusalReason.TimedOut, $"Node {Target} did not take over within {state.Options.ElectionTimeoutMax.TotalMilliseconds:0} ms; {whoLeads}."));
        }
    }

    /// <summary>Another leader is known, or this one has stepped down.</summary>
    public void OnLeaderChanged(NodeId leader)
    {
        if (IsUnderWay && leader != NodeId.None)
        {
            End(leader == Target
                ? ControlResult.Done
                : new ControlResult(RefusalReason.InvalidChange, $"Node {leader} was elected instead of node {Target}."));
        }
    }

    private void Begin(NodeId from, Ticket ticket, NodeId target)
    {
        (_from, _ticket, Target, _told) = (from, ticket, target, false);
        Deadline = state.Now + state.Options.ElectionTimeoutMax;
    }

    private void End(ControlResult result)
    {
        if (_from != NodeId.None)
        {
            desk.Complete(_from, _ticket, result);
        }

        Target = NodeId.None;
        Deadline = Ticks.Never;
    }

    private NodeId MostUpToDate()
    {
        var best = default(Progress);
        foreach (var member in replicator.Members)
        {
            if (member.Id != state.Self && state.Quorum.Incoming.Contains(member.Id) && (best is null || IsBetter(member, best)))
            {
                best = member;
            }
        }

        return best?.Id ?? NodeId.None;
    }

    // Somebody must lead, even if all disks are full. Who was not heard lately may be gone, whatever it once had; with it this leader's
    // group would wait for an election.
    private bool IsBetter(Progress one, Progress other) => Rank(one).CompareTo(Rank(other)) > 0;

    private (bool IsHeard, bool HasSpace, LogIndex Match) Rank(Progress member) => (
        member.HeardAt is { } heardAt && state.Now < heardAt + state.Options.ElectionTimeoutMin,
        member.Space != DiskSpace.Full,
        member.Match);
}
