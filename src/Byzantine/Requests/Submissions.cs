using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// Where commands enter: a replica gathers those of its callers in batches, signs them and submits them to the leader (PBFT's primary). And what waits to be ordered, whoever
/// submitted it: as long as something does, the leader is expected to make progress.
/// </summary>
internal sealed class Submissions
{
    private readonly OrderingState _state;
    private readonly RequestPool _pool;
    private readonly List<ReadOnlyMemory<byte>> _gathered = [];
    private readonly List<Ticket> _gatheredReads = [];
    private readonly SortedDictionary<ulong, Ticket[]> _reads = [];
    private readonly SortedSet<ulong> _own = [];
    private readonly HashSet<(NodeId Origin, ulong Number)> _proposed = [];
    private ulong _lastNumber;
    private long _gatheredBytes;
    private Timestamp _time;
    private Ticks _spreadAt = Ticks.Never;

    public Submissions(OrderingState state, ulong seed)
    {
        _state = state;
        _pool = new RequestPool(state.Options.PooledBytesMax);

        // Numbers are never used twice, in no run either: the seed is another one in each.
        _lastNumber = seed;
    }

    /// <summary>Whether something waits to be ordered.</summary>
    public bool AreWaiting => _pool.Count > 0 || AreGathered;

    /// <summary>What is kept here at present, for checks.</summary>
    public OrderingLoad Load => new()
    {
        PooledBatches = _pool.Count,
        PooledBytes = _pool.Bytes,
        ProposedBatches = _proposed.Count,
        OwnBatches = _own.Count,
        GatheredBytes = _gatheredBytes,
        Reads = _gatheredReads.Count + _reads.Values.Sum(tickets => tickets.Length),
    };

    /// <summary>When batches that the leader did not order are shown to everybody.</summary>
    public Ticks Deadline => _spreadAt;

    private bool AreGathered => _gathered.Count > 0 || _gatheredReads.Count > 0;

    public void Propose(CommandsProposed proposed)
    {
        _time = proposed.Time > _time ? proposed.Time : _time;
        foreach (ref readonly var proposal in proposed.Proposals.Span)
        {
            var reason = ReasonToRefuse();
            if (reason != RefusalReason.None)
            {
                _state.Effects.Refuse(proposal.Ticket, reason);
                continue;
            }

            _gathered.Add(proposal.Payload.ToArray());
            _gatheredBytes += proposal.Payload.Length + CommandBatch.CommandOverheadBytes;
        }
    }

    public void Read(Ticket ticket)
    {
        if (_state.ServingLeader != NodeId.None)
        {
            _gatheredReads.Add(ticket);
        }
        else
        {
            _state.Effects.Refuse(ticket, RefusalReason.NoLeader);
        }
    }

    /// <summary>A batch of another replica's callers.</summary>
    public void OnSubmitted(NodeId from, CommandBatch batch)
    {
        if (batch.Origin == _state.Self)
        {
            // Its own are here; somebody who sends old ones back would fill its place in the pool with them.
            return;
        }

        var leader = _state.ServingLeader;
        if (_state.AcceptsWrites && _pool.TryAdd(batch.Copy()) && from == batch.Origin && leader != NodeId.None && leader != _state.Self && leader != from)
        {
            // Its origin shows it to everybody because the leader did not order it: perhaps it never had it.
            _state.Send(leader, new Submit(batch));
        }
    }

    /// <summary>Submits what was gathered. What this replica orders itself waits for its next block, so that a batch is as large as it can be.</summary>
    public void SubmitOwn()
    {
        if (_state.ServingLeader == NodeId.None)
        {
            return;
        }

        if (_state.ServingLeader == _state.Self)
        {
            if (AreGathered && _spreadAt == Ticks.Never)
            {
                ArmSpread();
            }

            return;
        }

        while (TryBatch() is { } batch)
        {
            _state.Send(_state.ServingLeader, Signed(batch));
        }
    }

    /// <summary>For the leader: the next block of what waits and is not under way.</summary>
    /// <returns>The block; none, if nothing waits.</returns>
    public Block? NextBlock()
    {
        var block = NextBlock(batch => _proposed.Contains((batch.Origin, batch.Number)));
        if (block is not null)
        {
            foreach (var batch in block.Batches)
            {
                _proposed.Add((batch.Origin, batch.Number));
            }
        }

        return block;
    }

    /// <summary>For the leader: the next block of what waits.</summary>
    /// <param name="isUnderWay">Which batches are under way already.</param>
    /// <returns>The block; none, if nothing waits.</returns>
    public Block? NextBlock(Func<CommandBatch, bool> isUnderWay)
    {
        BatchOwn();
        var batches = _pool.Next(_state.Options.BlockBytesMax, isUnderWay);
        return batches.Length == 0 ? null : new Block(_time, batches);
    }

    /// <summary>Somebody else leads, in the order of things: he gets what the one before has not ordered.</summary>
    public void OnLeaderChanged()
    {
        if (_state.ServingLeader == NodeId.None || _state.ServingLeader == _state.Self)
        {
            return;
        }

        foreach (var batch in _pool.Next(long.MaxValue, batch => batch.Origin != _state.Self))
        {
            _state.Send(_state.ServingLeader, Signed(batch));
        }
    }

    public void OnTime()
    {
        if (_state.Now < _spreadAt)
        {
            return;
        }

        _spreadAt = Ticks.Never;
        BatchOwn();
        foreach (var batch in _pool.Next(_state.Options.BlockBytesMax, batch => batch.Origin != _state.Self))
        {
            _state.Broadcast(Signed(batch));
        }

        // That may be lost like anything else.
        ArmSpread();
    }

    /// <summary>A block is committed: its batches wait no more.</summary>
    public void OnCommitted(SequenceNumber number)
    {
        foreach (ref readonly var place in _state.Log.BatchesOf(number))
        {
            _pool.OnOrdered(place.Origin, place.Number);
            _proposed.Remove((place.Origin, place.Number));
            if (place.Origin != _state.Self || !_own.Remove(place.Number))
            {
                continue;
            }

            if (_reads.Remove(place.Number, out var tickets))
            {
                foreach (var ticket in tickets)
                {
                    _state.Effects.ConfirmRead(ticket, _state.Log.CommitIndex);
                }
            }
        }

        ArmSpread();
    }

    /// <summary>Forgets what waits, since views change, or a snapshot replaces the state: the host proposes again what it still waits for, and others submit again.</summary>
    public void Forget()
    {
        foreach (var ticket in _reads.Values.SelectMany(tickets => tickets).Concat(_gatheredReads))
        {
            _state.Effects.Refuse(ticket, RefusalReason.NoLeader);
        }

        _reads.Clear();
        _gatheredReads.Clear();
        _gathered.Clear();
        _gatheredBytes = 0;
        _own.Clear();
        _proposed.Clear();
        _pool.Clear();
        _spreadAt = Ticks.Never;
    }

    /// <summary>From here on its own lie in the pool like those of others.</summary>
    private void BatchOwn()
    {
        while (TryBatch() is not null)
        {
        }
    }

    /// <summary>Makes a batch of what was gathered, if one more may be under way.</summary>
    private CommandBatch? TryBatch()
    {
        if (!AreGathered || _own.Count >= _state.Options.OwnBatchesMax)
        {
            return null;
        }

        var count = CountForBatch(out var bytes);
        var batch = new CommandBatch(_state.Self, _lastNumber + 1, [.. _gathered[..count]]);
        if (!_pool.TryAdd(batch))
        {
            // Too much of its own waits: this comes with what follows.
            return null;
        }

        _lastNumber++;
        _gathered.RemoveRange(0, count);
        _gatheredBytes -= bytes;
        _own.Add(batch.Number);
        if (_gatheredReads.Count > 0)
        {
            _reads.Add(batch.Number, [.. _gatheredReads]);
            _gatheredReads.Clear();
        }

        ArmSpread();
        return batch;
    }

    /// <summary>An own batch for others. In its own proposals the leader's signature of the proposal speaks for it.</summary>
    private Submit Signed(CommandBatch own) => new(own.SignedBy(_state.Identity));

    private RefusalReason ReasonToRefuse() =>
        _state.ServingLeader == NodeId.None ? RefusalReason.NoLeader
        : !_state.AcceptsWrites ? RefusalReason.StorageFull
        : _gatheredBytes + _pool.Bytes >= _state.Options.PooledBytesMax ? RefusalReason.Overloaded
        : RefusalReason.None;

    /// <summary>How many of the gathered commands the next batch has.</summary>
    private int CountForBatch(out long bytes)
    {
        var count = 0;
        bytes = 0;
        while (count < _gathered.Count && (count == 0 || bytes + _gathered[count].Length <= _state.Options.BatchBytesMax / 2))
        {
            bytes += _gathered[count++].Length + CommandBatch.CommandOverheadBytes;
        }

        return count;
    }

    private void ArmSpread() => _spreadAt = _own.Count == 0 && !AreGathered ? Ticks.Never : _state.Now + (_state.Options.ViewTimeout / 2);
}
