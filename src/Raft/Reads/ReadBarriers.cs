using Consensus.Engine;
using Consensus.Raft.Messages;
using Consensus.Raft.Replication;

namespace Consensus.Raft.Reads;

/// <summary>
/// Linearizable reads through ReadIndex (thesis, section 6.4): a read is answered with the commit index once a round of heartbeats that
/// began <em>after</em> the read arrived shows that this leader still leads. Each round has a number of its own in its term, so an answer
/// to an earlier round never confirms a later read.
/// </summary>
internal sealed class ReadBarriers
{
    private readonly RaftState _state;
    private readonly Replicator _replicator;
    private readonly Func<NodeId, ulong> _answeredBy;
    private readonly Queue<PendingRead> _waiting = new();
    private readonly Queue<(ulong Round, Ticks SentAt)> _rounds = new();
    private Ticks _leaseStart;
    private bool _hasLease;
    private bool _isLeaseRevoked;

    public ReadBarriers(RaftState state, Replicator replicator)
    {
        _state = state;
        _replicator = replicator;
        _answeredBy = id => id == state.Self ? Round : replicator.Find(id)?.RoundAnswered ?? 0;
    }

    /// <summary>The last round that was sent in this term.</summary>
    public ulong Round { get; private set; }

    /// <summary>How many reads wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Whether a read waits for a round that has not been sent.</summary>
    public bool NeedsRound { get; private set; }

    public void BeginTerm()
    {
        Round = 0;
        NeedsRound = false;
        _rounds.Clear();
        _hasLease = false;
        _isLeaseRevoked = false;
    }

    /// <summary>Leadership is lost: nothing that waits can be confirmed here.</summary>
    public void EndTerm()
    {
        while (_waiting.TryDequeue(out var read))
        {
            Refuse(read, RefusalReason.NoLeader);
        }

        NeedsRound = false;
        _hasLease = false;
    }

    /// <summary>
    /// Gives up leases for the rest of the term: leadership is being handed over, and a follower that is told to take over does not wait
    /// for the lease to run out, however late the message arrives.
    /// </summary>
    public void RevokeLease() => _isLeaseRevoked = true;

    public void Request(NodeId from, Ticket ticket)
    {
        if (_waiting.Count >= _state.Options.PendingReadsMax)
        {
            Refuse(new PendingRead(from, ticket, 0), RefusalReason.Overloaded);
            return;
        }

        if (_replicator.HasCommittedInTerm && HasLease())
        {
            Confirm(new PendingRead(from, ticket, 0));
            return;
        }

        _waiting.Enqueue(new PendingRead(from, ticket, Round + 1));
        NeedsRound = true;
    }

    /// <summary>A round of heartbeats goes out.</summary>
    /// <returns>Its number.</returns>
    public ulong BeginRound()
    {
        Round++;
        NeedsRound = false;
        _rounds.Enqueue((Round, _state.Now));
        return Round;
    }

    /// <summary>Answers what the rounds acknowledged so far allow.</summary>
    public void ConfirmAcknowledged()
    {
        var acknowledged = _state.Quorum.Reached(_answeredBy);
        while (_rounds.TryPeek(out var round) && round.Round <= acknowledged)
        {
            _rounds.Dequeue();
            _leaseStart = round.SentAt;
            _hasLease = true;
        }

        // Until an entry of this term is committed, the commit index may be older than what was acknowledged to clients before.
        while (_replicator.HasCommittedInTerm && _waiting.TryPeek(out var read) && read.Round <= acknowledged)
        {
            _waiting.Dequeue();
            Confirm(read);
        }
    }

    // The lease runs from the moment the acknowledged round was SENT: no follower votes for another before the shortest election
    // timeout after it has heard that round, by its own clock.
    private bool HasLease() =>
        _state.Options.Reads == ReadMode.Lease
        && _hasLease
        && !_isLeaseRevoked
        && _state.Now < _leaseStart + (_state.Options.ElectionTimeoutMin * (1 - _state.Options.ClockDriftMax));

    private void Confirm(PendingRead read)
    {
        if (read.From == _state.Self)
        {
            _state.Effects.ConfirmRead(read.Ticket, _state.Commit);
        }
        else
        {
            _state.Send(read.From, new ReadIndexResponse(_state.Term, read.Ticket, _state.Commit));
            _replicator.TellCommit(read.From);
        }
    }

    private void Refuse(PendingRead read, RefusalReason reason)
    {
        if (read.From == _state.Self)
        {
            _state.Effects.Refuse(read.Ticket, reason);
        }
        else
        {
            _state.Send(read.From, new ForwardRefused(_state.Term, reason, new[] { read.Ticket }));
        }
    }
}
