using Consensus.Byzantine;
using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Agreement;

/// <summary>
/// Where commands enter: a replica gathers those of its callers in batches, signs them and submits them to the primary. And what waits to be ordered, whoever
/// submitted it: as long as something does, the primary is expected to make progress.
/// </summary>
internal sealed class Submissions
{
    private readonly PbftState _state;
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

    public Submissions(PbftState state, ulong seed)
    {
        _state = state;
        _pool = new RequestPool(state.Options.PooledBytesMax);

        // Numbers are never used twice, in no run either: the seed is another one in each.
        _lastNumber = seed;
    }

    /// <summary>Whether something waits to be ordered.</summary>
    public bool AreWaiting => _pool.Count > 0;

    /// <summary>When batches that the primary did not order are shown to everybody.</summary>
    public Ticks Deadline => _spreadAt;

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
        if (_state.ServingView is not null)
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

        if (_state.AcceptsWrites && _pool.TryAdd(batch.Copy()) && from == batch.Origin && _state.IsActive && !_state.IsPrimary && _state.Primary != from && _state.Primary != _state.Self)
        {
            // Its origin shows it to everybody because the primary did not order it: perhaps it never had it.
            _state.Send(_state.Primary, new Submit(batch));
        }
    }

    /// <summary>Submits what was gathered, and proposes what waits if this replica is the primary.</summary>
    public void EndTurn(ThreePhases agreement)
    {
        SubmitOwn();
        if (!_state.IsPrimary || _state.ViewLsn > Durable || !_state.AcceptsWrites || _state.HasDiverged)
        {
            return;
        }

        while (agreement.HasRoom)
        {
            var batches = _pool.Next(_state.Options.BlockBytesMax, batch => _proposed.Contains((batch.Origin, batch.Number)));
            if (batches.Length == 0)
            {
                return;
            }

            foreach (var batch in batches)
            {
                _proposed.Add((batch.Origin, batch.Number));
            }

            agreement.Propose(new Block(_time, batches));
        }
    }

    /// <summary>How far the write-ahead log is on disk.</summary>
    public Lsn Durable { get; set; }

    public void OnTime()
    {
        if (_state.Now < _spreadAt)
        {
            return;
        }

        _spreadAt = Ticks.Never;
        foreach (var batch in _pool.Next(_state.Options.BlockBytesMax, batch => batch.Origin != _state.Self))
        {
            _state.Broadcast(new Submit(batch));
        }
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

    /// <summary>The view is left, or has begun: the host proposes again what it still waits for, and others submit again.</summary>
    public void OnViewChanged()
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

    private RefusalReason ReasonToRefuse() =>
        _state.ServingView is null ? RefusalReason.NoLeader
        : !_state.AcceptsWrites ? RefusalReason.StorageFull
        : _gatheredBytes + _pool.Bytes >= _state.Options.PooledBytesMax ? RefusalReason.Overloaded
        : RefusalReason.None;

    private void SubmitOwn()
    {
        while (_state.ServingView is not null && (_gathered.Count > 0 || _gatheredReads.Count > 0) && _own.Count < _state.Options.OwnBatchesMax)
        {
            var count = CountForBatch(out var bytes);
            var batch = new CommandBatch(_state.Self, _lastNumber + 1, [.. _gathered[..count]]).SignedBy(_state.Identity);
            if (!_pool.TryAdd(batch))
            {
                // Too much of its own waits: this comes with what follows.
                return;
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

            if (_state.ServingPrimary != _state.Self)
            {
                _state.Send(_state.ServingPrimary, new Submit(batch));
            }

            ArmSpread();
        }
    }

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

    private void ArmSpread() => _spreadAt = _own.Count == 0 ? Ticks.Never : _state.Now + (_state.Options.ViewTimeout / 2);
}
