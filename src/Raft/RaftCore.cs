using Consensus.Engine;
using Consensus.Raft.Audit;
using Consensus.Raft.Control;
using Consensus.Raft.Election;
using Consensus.Raft.Log;
using Consensus.Raft.Membership;
using Consensus.Raft.Messages;
using Consensus.Raft.Proposals;
using Consensus.Raft.Reads;
using Consensus.Raft.Replication;
using Consensus.Raft.Snapshots;
using Consensus.Raft.Transfer;

namespace Consensus.Raft;

/// <summary>
/// The Raft protocol for one replica (Ongaro and Ousterhout, 2014; Ongaro's thesis, 2014; what etcd learned since). This type looks at terms
/// and roles, and hands everything else to the part that knows it: election, replication, snapshots, membership, reads, transfer, proposals.
/// </summary>
internal sealed class RaftCore : IProtocolCore
{
    private readonly RaftState _state;
    private readonly Roles _roles;
    private readonly Candidacy _candidacy;
    private readonly Voting _voting;
    private readonly SnapshotSender _snapshots;
    private readonly Replicator _replicator;
    private readonly LogReceiver _receiver;
    private readonly ReadBarriers _reads;
    private readonly ForwardedReads _forwardedReads;
    private readonly ControlDesk _desk;
    private readonly ForwardedControls _forwarded;
    private readonly MembershipChanges _changes;
    private readonly LeadershipTransfer _transfer;
    private readonly SpaceHandover _spaceHandover;
    private readonly ProposalIntake _proposals;
    private readonly CheckpointMarks _marks;
    private readonly FlushWatch _flushes;
    private readonly StateAudit _audit;
    private readonly StateRepair _repair;

    public RaftCore(CoreContext context, RaftOptions options)
    {
        _state = new RaftState(context, options);
        var timer = new ElectionTimer(_state);
        _candidacy = new Candidacy(_state);
        _voting = new Voting(_state, timer);
        _snapshots = new SnapshotSender(_state);
        _replicator = new Replicator(_state, _snapshots);
        _audit = new StateAudit(_state, _replicator);
        _repair = new StateRepair(_state);
        _receiver = new LogReceiver(_state, _repair);
        _reads = new ReadBarriers(_state, _replicator);
        _forwardedReads = new ForwardedReads(_state, _receiver);
        _desk = new ControlDesk(_state);
        _forwarded = new ForwardedControls(_state);
        _changes = new MembershipChanges(_state, _replicator, _desk);
        _transfer = new LeadershipTransfer(_state, _replicator, _desk);
        _spaceHandover = new SpaceHandover(_state, _replicator, _reads, _transfer);
        _proposals = new ProposalIntake(_state, _replicator, _transfer, context.Seed);
        _marks = new CheckpointMarks(_state);
        _flushes = new FlushWatch(context.Recovered.LastLsn);
        _roles = new Roles(_state, timer, _candidacy, _replicator, _reads, _changes, _transfer, _proposals, _forwarded, _audit, _marks, _flushes);
        _state.Role = _roles.IdleRole;
    }

    /// <inheritdoc/>
    public Ticks NextDeadline => Ticks.Min(_roles.NextDeadline, Ticks.Min(_transfer.Deadline, _forwarded.Deadline));

    /// <inheritdoc/>
    public CoreStatus Status => new(_state.Role, _state.Leader, _state.Term.Value, _state.Log.LastIndex, _state.Commit, _state.Membership, _state.MembershipIndex);

    /// <summary>The log, for checks.</summary>
    internal EntryLog Log => _state.Log;

    /// <summary>What the core keeps, for checks of its bounds.</summary>
    internal RaftLoad Load
    {
        get
        {
            var messages = 0;
            var bytes = 0L;
            foreach (var member in _replicator.Members)
            {
                messages = Math.Max(messages, member.Inflight.Count);
                bytes = Math.Max(bytes, member.Inflight.Bytes);
            }

            return new RaftLoad
            {
                LogBytes = _state.Log.Bytes,
                UncommittedBytes = _state.IsLeader ? _proposals.UncommittedBytes : 0,
                UnflushedBytes = _state.Log.UnflushedBytes,
                SnapshotIndex = _state.Snapshot?.Position.Index ?? LogIndex.Zero,
                TrailingEntries = _state.Snapshot is { } snapshot ? snapshot.Position.Index - _state.Log.Base.Index : 0,
                Reads = _reads.Waiting,
                InflightMessages = messages,
                InflightBytes = bytes,
                ControlsTaken = _desk.UnderWay,
                ControlsForwarded = _forwarded.Waiting,
            };
        }
    }

    /// <inheritdoc/>
    /// <remarks>The log's time comes with what is proposed; nothing else asks for the wall clock.</remarks>
    public void BeginTurn(Ticks now, Timestamp clock)
    {
    }

    /// <inheritdoc/>
    public void Step(Ticks now, Input input, EffectBuffer effects)
    {
        Begin(now, effects);
        switch (input)
        {
            case MessageReceived received:
                OnMessage(received.Message.Sender, received.Message.Message);
                break;
            case TimePassed:
                _transfer.OnTime();
                _forwarded.OnTime();
                _roles.OnTime();
                break;
            case CommandsProposed proposed:
                OnProposed(proposed);
                break;
            case ReadRequested read:
                OnReadRequested(read.Ticket);
                break;
            case LogDurable durable:
                _state.Log.OnDurable(durable.Lsn);
                _roles.OnDurable(durable.Lsn);
                break;
            case SpaceChanged space:
                _state.OnSpaceChanged(space.AcceptsWrites);
                break;
            case SnapshotSaved saved:
                _state.OnSnapshotSaved(saved.Snapshot);
                break;
            case SnapshotRestored:
                // The protocol went on meanwhile: the log behind the snapshot was in place at once.
                break;
            case StateHashed hashed:
                OnStateHashed(hashed);
                break;
            case SnapshotsSuspended:
                _repair.OnSuspended();
                break;
            case SnapshotChunkRead chunk:
                if (_replicator.Find(chunk.For) is { } reader)
                {
                    _snapshots.OnChunkRead(reader, chunk);
                }

                break;
            case SnapshotChunkStored stored:
                _receiver.OnChunkStored(stored);
                break;
            case MembershipChangeRequested change:
                OnChangeRequested(_state.Self, change.Ticket, change.Change, change.Time);
                break;
            case SealRequested seal:
                effects.CompleteControl(seal.Ticket, new ControlResult(RefusalReason.NotSupported, "Raft has one epoch; the hybrid has several."));
                break;
            case TransferRequested transfer:
                OnTransferRequested(_state.Self, transfer.Ticket, transfer.Target);
                break;
            case PeerConnectionChanged { IsConnected: false } lost:
                _replicator.OnDisconnected(lost.Peer);
                break;
            case PeerConnectionChanged:
                break;
        }
    }

    /// <inheritdoc/>
    public void EndTurn(Ticks now, EffectBuffer effects)
    {
        Begin(now, effects);
        if (_state.IsLeader)
        {
            LeadTurn();
        }

        _roles.FollowMembership();
        _forwarded.Settle();
        _state.HandOverCommitted();
        _flushes.Note(now, effects.LastLsn);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<LogEntry> ReadEntries(LogIndex first, int bytesMax) => first > _state.Log.Base.Index ? _state.Log.Slice(first, bytesMax) : default;

    /// <inheritdoc/>
    public Digest StateDigest() => CoreDigest.Of(_state, _replicator.Members, NextDeadline);

    private void Begin(Ticks now, EffectBuffer effects)
    {
        _state.Now = now;
        _state.Effects = effects;
    }

    private void LeadTurn()
    {
        _marks.Advance();
        _replicator.AdvanceCommit();
        _proposals.ForgetCommitted();
        _changes.Advance();
        if (!_state.IsVoter && _state.MembershipIndex <= _state.Commit)
        {
            // The configuration without this leader is committed: its work is done (section 6).
            _transfer.HandOver();
            _replicator.SendPending();
            _roles.BecomeFollower(_state.Term, NodeId.None);
            return;
        }

        if (_repair.IsNeeded && _replicator.HasCommittedInTerm && _transfer.HandOver())
        {
            // This leader's state machine went wrong: another should lead, and repair this one.
            _replicator.SendPending();
            _roles.BecomeFollower(_state.Term, NodeId.None);
            return;
        }

        _replicator.SendPending();
        _spaceHandover.Advance();
        _transfer.Advance();
        if (_reads.NeedsRound)
        {
            _roles.SendHeartbeats();
        }

        _reads.ConfirmAcknowledged();
    }

    private void OnMessage(NodeId from, ProtocolMessage message)
    {
        Invariant.Holds(message is IRaftMessage, "Only Raft's messages reach the Raft core.");
        var term = ((IRaftMessage)message).Term;
        if (from == _state.Self || !LookAtTerm(from, message, term))
        {
            return;
        }

        var member = _replicator.Find(from);
        member?.OnHeard(_state.Now);

        switch (message)
        {
            case PreVoteRequest request:
                _voting.OnPreVote(from, request);
                break;
            case VoteRequest request:
                _voting.OnVote(from, request);
                break;
            case PreVoteResponse answer when _state.Role == ReplicaRole.PreCandidate && (!answer.Granted || term == _state.Term.Next):
                _candidacy.OnAnswer(from, answer.Granted);
                _roles.CountPreVotes();
                break;
            case VoteResponse answer when _state.Role == ReplicaRole.Candidate:
                _candidacy.OnAnswer(from, answer.Granted);
                _roles.CountVotes();
                break;
            case AppendRequest or Heartbeat or SnapshotChunk when _state.IsLeader:
                // Two leaders in a term: no fault that Raft tolerates leads there. A leader never takes entries from another.
                break;
            case AppendRequest request:
                _roles.FollowLeader(from);
                _receiver.OnAppend(from, request);
                break;
            case Heartbeat heartbeat:
                _roles.FollowLeader(from);
                _receiver.OnHeartbeat(from, heartbeat);
                break;
            case SnapshotChunk chunk:
                _roles.FollowLeader(from);
                _receiver.OnSnapshotChunk(from, chunk);
                break;
            case TimeoutNow when _state.MayCampaign && !_state.IsLeader:
                _roles.Campaign(isTransfer: true);
                break;
            case ForwardedProposals forwarded:
                _proposals.OnForwarded(from, forwarded);
                break;
            case ForwardRefused refused:
                foreach (var ticket in refused.Tickets.Span)
                {
                    _state.Effects.Refuse(ticket, refused.Reason);
                }

                break;
            case ReadIndexRequest request when _state.IsLeader:
                _reads.Request(from, request.Ticket);
                break;
            case ReadIndexRequest request:
                _state.Send(from, new ForwardRefused(_state.Term, RefusalReason.NoLeader, new[] { request.Ticket }));
                break;
            case ReadIndexResponse answer:
                _forwardedReads.OnConfirmed(answer);
                break;
            case IForwardedChange forwarded when _desk.TryTake(from, forwarded.Ticket):
                OnChangeRequested(from, forwarded.Ticket, forwarded.Change, forwarded.Time);
                break;
            case ForwardedTransfer forwarded when _desk.TryTake(from, forwarded.Ticket):
                OnTransferRequested(from, forwarded.Ticket, forwarded.Target);
                break;
            case StateReport report when _state.IsLeader:
                OnStateReport(from, report.Index, report.Hash);
                break;
            case StateVerdict verdict when from == _state.Leader:
                _repair.OnVerdict(verdict);
                break;
            case IForwardedChange or ForwardedTransfer:
                break;
            case ControlOutcome outcome:
                _forwarded.OnOutcome(outcome);
                break;
            default:
                if (member is not null)
                {
                    OnFollowerAnswer(member, message);
                }

                break;
        }
    }

    private void OnFollowerAnswer(Progress member, ProtocolMessage message)
    {
        switch (message)
        {
            case AppendAccepted answer:
                _replicator.OnAccepted(member.Id, answer);
                break;
            case AppendRejected answer:
                if (answer.IsFull)
                {
                    member.OnSpaceTold(DiskSpace.Full, _state.Now);
                }

                _replicator.OnRejected(member.Id, answer);
                break;
            case HeartbeatResponse answer:
                member.OnSpaceTold(answer.Space, _state.Now);
                member.RoundAnswered = Math.Min(Math.Max(member.RoundAnswered, answer.Round), _reads.Round);
                _replicator.OnHeartbeatAnswered(member);
                break;
            case SnapshotProgress answer:
                _snapshots.OnProgress(member, answer);
                break;
            case RepairRequest request when _state.IsLeader:
                _snapshots.OnRepairRequested(member, request.AtLeast);
                break;
        }
    }

    /// <summary>Terms come first: a newer one is entered, an older one is told (section 5.1).</summary>
    /// <returns>Whether the message is to be looked at.</returns>
    private bool LookAtTerm(NodeId from, ProtocolMessage message, Term term)
    {
        if (term > _state.Term)
        {
            switch (message)
            {
                case PreVoteRequest or VoteRequest { IsTransfer: false } when _roles.DefendsLeader:
                    // A leader is alive as far as this replica can tell: an election would only disturb it.
                    return false;
                case PreVoteRequest:
                case PreVoteResponse { Granted: true }:
                    // The term of a pre-vote is hypothetical.
                    return true;
                default:
                    _roles.BecomeFollower(term, message is AppendRequest or Heartbeat or SnapshotChunk ? from : NodeId.None);
                    return true;
            }
        }

        if (term == _state.Term)
        {
            return true;
        }

        switch (message)
        {
            case AppendRequest or Heartbeat or SnapshotChunk:
                // A deposed leader, or one that this replica has overtaken while it was cut off: the term tells it. Without this answer
                // a replica with a higher term and a shorter log could neither win nor follow (etcd issue 8501).
                var last = _state.Log.LastIndex;
                _state.Send(from, new AppendRejected(_state.Effects.LastLsn, _state.Term, last, last, _state.Log.LastTerm, IsFull: false));
                return false;
            case PreVoteRequest:
                _state.Send(from, new PreVoteResponse(_state.Term, Granted: false));
                return false;
            case VoteRequest:
                _state.Send(from, new VoteResponse(_state.Effects.LastLsn, _state.Term, Granted: false));
                return false;
            case ForwardedProposals or ReadIndexRequest or IForwardedChange or ForwardedTransfer
                or ForwardRefused or ReadIndexResponse or ControlOutcome:
                // They concern callers, not the term. A read is confirmed by a round of this leader's own term in any case, and an
                // index that a leader of an older term has confirmed stays good.
                return true;
            default:
                return false;
        }
    }

    private void OnProposed(CommandsProposed proposed)
    {
        if (!_repair.IsNeeded)
        {
            _proposals.Propose(proposed.Proposals, proposed.Time);
            return;
        }

        // Their results would be computed from a wrong state. Callers wait as if there were no leader.
        foreach (var proposal in proposed.Proposals.Span)
        {
            _state.Effects.Refuse(proposal.Ticket, RefusalReason.NoLeader);
        }
    }

    private void OnStateHashed(StateHashed hashed)
    {
        _repair.OnHashed(hashed.Index, hashed.Hash);
        if (_state.IsLeader)
        {
            OnStateReport(_state.Self, hashed.Index, hashed.Hash);
        }
        else if (_state.Leader != NodeId.None)
        {
            _state.Send(_state.Leader, new StateReport(_state.Term, hashed.Index, hashed.Hash));
        }
    }

    private void OnStateReport(NodeId from, LogIndex index, Digest hash)
    {
        if (_audit.OnReport(from, index, hash) is { } verdict)
        {
            _repair.OnVerdict(verdict);
        }
    }

    private void OnReadRequested(Ticket ticket)
    {
        if (_repair.IsNeeded)
        {
            _state.Effects.Refuse(ticket, RefusalReason.NoLeader);
        }
        else if (_state.IsLeader)
        {
            _reads.Request(_state.Self, ticket);
        }
        else if (_state.Leader != NodeId.None)
        {
            _state.Send(_state.Leader, new ReadIndexRequest(_state.Term, ticket));
        }
        else
        {
            _state.Effects.Refuse(ticket, RefusalReason.NoLeader);
        }
    }

    private void OnChangeRequested(NodeId from, Ticket ticket, MembershipChange change, Timestamp time)
    {
        if (_state.IsLeader)
        {
            _changes.Request(from, ticket, change, time);
        }
        else if (from == _state.Self && _state.Leader != NodeId.None)
        {
            _forwarded.Forward(ticket, ForwardedChange.Of(_state.Term, ticket, change, time));
        }
        else
        {
            _desk.Complete(from, ticket, new ControlResult(RefusalReason.NoLeader, "No leader is known at the moment."));
        }
    }

    private void OnTransferRequested(NodeId from, Ticket ticket, NodeId target)
    {
        if (_state.IsLeader)
        {
            _reads.RevokeLease();
            _transfer.Request(from, ticket, target);
        }
        else if (from == _state.Self && _state.Leader != NodeId.None)
        {
            _forwarded.Forward(ticket, new ForwardedTransfer(_state.Term, ticket, target));
        }
        else
        {
            _desk.Complete(from, ticket, new ControlResult(RefusalReason.NoLeader, "No leader is known at the moment."));
        }
    }
}
