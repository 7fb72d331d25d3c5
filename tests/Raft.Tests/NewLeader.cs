using Consensus.Engine;
using Consensus.Raft.Control;
using Consensus.Raft.Messages;
using Consensus.Raft.Replication;
using Consensus.Raft.Snapshots;

namespace Consensus.Raft.Tests;

/// <summary>Replica 1 as the leader of term 1, with the parts that others are built on. Its first entry is not committed yet.</summary>
internal sealed class NewLeader
{
    public NewLeader(ClusterMembership membership, RaftOptions? options = null, SnapshotDescriptor? snapshot = null)
    {
        State = NewState.Of(1, membership, options, snapshot: snapshot);
        Snapshots = new SnapshotSender(State);
        Replicator = new Replicator(State, Snapshots);
        Desk = new ControlDesk(State);
        State.SaveTermAndVote(new Term(1), State.Self);
        State.Role = ReplicaRole.Leader;
        State.Leader = State.Self;
        Replicator.BeginTerm();
    }

    public RaftState State { get; }

    public SnapshotSender Snapshots { get; }

    public Replicator Replicator { get; }

    public ControlDesk Desk { get; }

    public Progress Member(uint id) => Replicator.Find(new NodeId(id))!;

    public void Propose(int count)
    {
        for (; count > 0; count--)
        {
            State.Append(EntryKind.Command, default, "x"u8);
        }
    }

    public void Accept(uint id, ulong match) => Replicator.OnAccepted(new NodeId(id), new AppendAccepted(default, State.Term, new LogIndex(match)));

    /// <summary>Every member but those left out has all of the log on disk.</summary>
    public void CommitAll(params uint[] without)
    {
        Replicator.FollowMembership();
        State.Log.OnDurable(State.Effects.LastLsn);
        foreach (var member in Replicator.Members)
        {
            if (member.Id != State.Self && !without.Contains(member.Id.Value))
            {
                Accept(member.Id.Value, State.Log.LastIndex.Value);
            }
        }

        Replicator.AdvanceCommit();
    }

    /// <summary>How own control requests have ended.</summary>
    public IEnumerable<(ulong Ticket, RefusalReason Refusal)> Ended => State.Effects.Controls.Select(control => (control.Ticket.Value, control.Result.Refusal));
}
