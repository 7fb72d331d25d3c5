using Consensus.Engine;
using Consensus.Raft.Audit;
using Consensus.Raft.Control;
using Consensus.Raft.Log;
using Consensus.Raft.Membership;
using Consensus.Raft.Messages;
using Consensus.Raft.Proposals;
using Consensus.Raft.Quorum;
using Consensus.Raft.Reads;
using Consensus.Raft.Replication;
using Consensus.Raft.Transfer;

namespace Consensus.Raft.Election;

/// <summary>
/// What a replica is, and how it becomes something else: the election timer and pre-vote, the vote, leading with heartbeats and the check of
/// the quorum, stepping down (section 5.2; thesis, sections 6.2 and 9.6). The README's state diagram in code.
/// </summary>
internal sealed class Roles(
    RaftState state,
    ElectionTimer timer,
    Candidacy candidacy,
    Replicator replicator,
    ReadBarriers reads,
    MembershipChanges changes,
    LeadershipTransfer transfer,
    ProposalIntake proposals,
    ForwardedControls forwarded,
    StateAudit audit,
    CheckpointMarks marks,
    FlushWatch flushes)
{
    private Ticks _heartbeatAt = Ticks.Never;
    private Ticks _quorumCheckAt = Ticks.Never;

    /// <summary>What a replica is that neither leads nor wants to.</summary>
    public ReplicaRole IdleRole => state.IsVoter ? ReplicaRole.Follower : ReplicaRole.Learner;

    /// <summary>Whether a leader is alive as far as this replica can tell: then no other is wanted.</summary>
    public bool DefendsLeader => state.IsLeader || timer.IsLeaderFresh;

    /// <summary>When something is due: an election; news of the commit index, a mark, a heartbeat, a check of the quorum.</summary>
    public Ticks NextDeadline => state.IsLeader ? Ticks.Min(Ticks.Min(replicator.NewsDeadline, marks.Deadline), Ticks.Min(_heartbeatAt, _quorumCheckAt)) : state.MayCampaign ? timer.Deadline : Ticks.Never;

    /// <summary>The driver's clock has reached a deadline.</summary>
    public void OnTime()
    {
        if (state.IsLeader)
        {
            OnLeaderTime();
        }
        else if (state.MayCampaign && state.Now >= timer.Deadline)
        {
            timer.Restart();
            var previousLeader = state.Leader;
            candidacy.BeginPreVote();
            AnnounceCandidacy(previousLeader);
            CountPreVotes();
        }
    }

    private void OnLeaderTime()
    {
        if (flushes.IsStalled(state.Now, state.Options.ElectionTimeoutMax * 2))
        {
            // A leader whose disk has stopped makes no progress, and its heartbeats would keep others from making it.
            BecomeFollower(state.Term, NodeId.None);
            return;
        }

        if (state.Now >= _quorumCheckAt)
        {
            _quorumCheckAt = state.Now + state.Options.ElectionTimeoutMin;
            if (!state.Quorum.IsQuorum(id => id == state.Self || replicator.Find(id) is { IsActive: true }))
            {
                // Cut off from a quorum, it must not go on renewing the loyalty of the few that still hear it.
                BecomeFollower(state.Term, NodeId.None);
                return;
            }

            foreach (var member in replicator.Members)
            {
                member.BeginCheck();
            }
        }

        if (state.Now >= _heartbeatAt)
        {
            SendHeartbeats();
        }
    }

    /// <summary>Begins a round of heartbeats: it proves that this leader's loop runs, and confirms reads when a quorum has answered.</summary>
    public void SendHeartbeats()
    {
        _heartbeatAt = state.Now + state.Options.HeartbeatInterval;
        var round = reads.BeginRound();
        foreach (var member in replicator.Members)
        {
            if (member.Id != state.Self)
            {
                // Never beyond what the member is known to have: its log may still end in entries of another leader.
                var commit = LogIndex.Min(member.Match, state.Commit);
                member.OnHeartbeatSent(commit, round);
                state.Send(member.Id, new Heartbeat(state.Term, commit, round));
            }
        }
    }

    /// <summary>The log is on disk up to <paramref name="lsn"/>: the own vote may count by now.</summary>
    public void OnDurable(Lsn lsn)
    {
        flushes.OnDurable(lsn);
        candidacy.OnDurable(lsn);
        if (state.Role == ReplicaRole.Candidate)
        {
            CountVotes();
        }
    }

    public void CountPreVotes()
    {
        switch (candidacy.Outcome())
        {
            case VoteOutcome.Won:
                Campaign(isTransfer: false);
                break;
            case VoteOutcome.Lost:
                BecomeFollower(state.Term, NodeId.None);
                break;
            case VoteOutcome.Pending:
                break;
        }
    }

    /// <summary>Stands for election in the next term.</summary>
    public void Campaign(bool isTransfer)
    {
        var previousLeader = state.Leader;
        candidacy.BeginVote(isTransfer);
        timer.Restart();
        AnnounceCandidacy(previousLeader);
    }

    public void CountVotes()
    {
        switch (candidacy.Outcome())
        {
            case VoteOutcome.Won:
                BecomeLeader();
                break;
            case VoteOutcome.Lost:
                BecomeFollower(state.Term, NodeId.None);
                break;
            case VoteOutcome.Pending:
                break;
        }
    }

    private void BecomeLeader()
    {
        Invariant.Holds(state.Role == ReplicaRole.Candidate, "Only a candidate is elected.");
        state.Role = ReplicaRole.Leader;
        state.Leader = state.Self;
        _quorumCheckAt = state.Now + state.Options.ElectionTimeoutMin;
        proposals.BeginTerm();
        reads.BeginTerm();
        replicator.BeginTerm();
        audit.BeginTerm();
        marks.BeginTerm();
        SendHeartbeats();
        AnnounceRole();
        AnnounceLeader();
    }

    /// <summary>Steps down, or enters a newer term, or learns who leads.</summary>
    public void BecomeFollower(Term term, NodeId leader)
    {
        var previousLeader = state.Leader;
        var previousTerm = state.Term;
        var previousRole = state.Role;
        if (state.IsLeader)
        {
            reads.EndTerm();
            changes.EndTerm();
            replicator.EndTerm();
            _heartbeatAt = Ticks.Never;
            _quorumCheckAt = Ticks.Never;
        }

        if (term > state.Term)
        {
            state.SaveTermAndVote(term, NodeId.None);
        }

        state.Role = IdleRole;
        state.Leader = leader;
        if (previousRole is ReplicaRole.Leader)
        {
            timer.Restart();
        }

        if (previousRole != state.Role)
        {
            AnnounceRole();
        }

        // One that leads again has forgotten what it was asked for in its earlier term.
        if (previousLeader != leader || (leader != NodeId.None && previousTerm != term))
        {
            AnnounceLeader();
        }
    }

    /// <summary>The leader of this term was heard.</summary>
    public void FollowLeader(NodeId leader)
    {
        if (state.Leader != leader || state.Role is ReplicaRole.Candidate or ReplicaRole.PreCandidate)
        {
            BecomeFollower(state.Term, leader);
        }

        timer.OnLeaderHeard();
    }

    /// <summary>The configuration may have given or taken the vote of a replica that does not stand for election.</summary>
    public void FollowMembership()
    {
        if (state.Role is ReplicaRole.Follower or ReplicaRole.Learner && state.Role != IdleRole)
        {
            state.Role = IdleRole;
            timer.Restart();
            AnnounceRole();
        }
    }

    private void AnnounceCandidacy(NodeId previousLeader)
    {
        AnnounceRole();
        if (previousLeader != NodeId.None)
        {
            AnnounceLeader();
        }
    }

    private void AnnounceRole() => state.Effects.Raise(new RoleChanged(state.Role, state.Term.Value));

    private void AnnounceLeader()
    {
        transfer.OnLeaderChanged(state.Leader);
        forwarded.OnLeaderChanged();
        state.Effects.Raise(new LeaderChanged(state.Leader, state.Term.Value));
    }
}
