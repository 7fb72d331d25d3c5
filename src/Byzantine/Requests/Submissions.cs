using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// Where commands enter: a replica gathers those of its callers in batches, signs them and submits them to the leader (PBFT's primary). And what waits to be ordered, whoever
/// submitted it: as long as something does, the leader is expected to make progress.
/// </summary>
internal sealed class Submissions
{
    /// <summary>How often, in the time that progress may take, is looked what still waits. What waited already the time before is shown to everybody.</summary>
    public const int TicksPerTimeout = 4;

    private readonly OrderingState _state;
    private readonly RequestPool _pool;
    private readonly List<ReadOnlyMemory<byte>> _gathered = [];
    private readonly List<Ticket> _gatheredReads = [];
    private readonly SortedDictionary<ulong, Ticket[]> _reads = [];
    private readonly SortedSet<ulong> _own = [];
    private readonly BatchNumbers _numbers;
    private readonly NeglectWatch _neglect;
    private readonly RelayBudget _relays;
    private long _gatheredWeight;
    private Ticks _tickAt = Ticks.Never;

    // Own batches up to this number waited already when time was looked at last.
    private ulong _waitedUpTo;

    // The last own number that took the place of another one.
    private ulong _renumberedUpTo;

    public Submissions(OrderingState state, ulong seed)
    {
        _state = state;
        _pool = new RequestPool(state.Options.PooledBytesMax);
        _numbers = new BatchNumbers(seed);
        _neglect = new NeglectWatch(state);
        _relays = new RelayBudget(state);
        Pace = new PaceWatch(state);
        for (var number = state.Log.Base.Next; number <= state.Log.Committed; number = number.Next)
        {
            foreach (ref readonly var place in state.Log.BatchesOf(number))
            {
                _pool.OnOrdered(place.Origin, place.Number);
            }
        }
    }

    /// <summary>How fast the leader orders what it gets.</summary>
    public PaceWatch Pace { get; }

    /// <summary>Whether something waits to be ordered.</summary>
    public bool AreWaiting => _pool.Count > 0 || AreGathered;

    /// <summary>What is kept here at present, for checks.</summary>
    public OrderingLoad Load => new()
    {
        PooledBatches = _pool.Count,
        PooledWeight = _pool.Weight,
        ProposedBatches = _pool.ProposedCount,
        OwnBatches = _own.Count,
        GatheredWeight = _gatheredWeight,
        Reads = _gatheredReads.Count + _reads.Values.Sum(tickets => tickets.Length),
    };

    /// <summary>Whether the leader passes somebody over whose batches it must have, while it orders those of others.</summary>
    public bool AreNeglected => _neglect.IsNeglected;

    /// <summary>When batches that the leader did not order are shown to everybody, and it is looked whether somebody waits for too long.</summary>
    public Ticks Deadline => _tickAt;

    private bool AreGathered => _gathered.Count > 0 || _gatheredReads.Count > 0;

    /// <summary>
    /// Whether a batch of this replica's that was overtaken, or one before it, still waits. A leader that lies could order later ones again and again, and never that one: so there are no later ones before it is ordered.
    /// </summary>
    private bool IsCatchingUp => _own.Count > 0 && _own.Min <= _renumberedUpTo;

    public void Propose(CommandsProposed proposed)
    {
        foreach (ref readonly var proposal in proposed.Proposals.Span)
        {
            var reason = proposal.Payload.Length > _state.Options.EnvelopeBytesMax ? RefusalReason.CommandTooLarge : ReasonToRefuse();
            if (reason != RefusalReason.None)
            {
                _state.Effects.Refuse(proposal.Ticket, reason);
                continue;
            }

            _gathered.Add(proposal.Payload.ToArray());
            _gatheredWeight += CommandBatch.WeightOf(proposal.Payload.Span);
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

        // Whoever repeats a batch costs this replica nothing but the look.
        var isNew = _state.AcceptsWrites && _pool.MayTake(batch) && _pool.TryAdd(batch.Copy());
        Watch();
        var leader = _state.ServingLeader;
        if (!_pool.Contains(batch.Origin, batch.Number) || from != batch.Origin || leader == NodeId.None || leader == _state.Self || leader == from)
        {
            return;
        }

        // Its origin shows it to everybody, because the leader did not order it: perhaps it never had it. From now on it has no excuse. At once it gets it from here only when it is new here; as long as it
        // waits it gets it again from time to time, so that nothing is lost with one message, and nobody can repeat himself through everybody else's links.
        _neglect.OnShown(batch.Origin);
        if (isNew && _relays.TryTake(batch))
        {
            PassOn(leader, batch);
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
            Watch();
            return;
        }

        while (TryBatch() is { } batch)
        {
            _state.Send(_state.ServingLeader, Signed(batch));
            Pace.OnHanded(batch);
        }
    }

    /// <summary>For the leader: the next block of what waits and is not under way.</summary>
    /// <returns>The block; none, if nothing waits.</returns>
    public Block? NextBlock()
    {
        var block = NextBlock(_pool.IsProposed);
        if (block is not null)
        {
            foreach (var batch in block.Batches)
            {
                _pool.OnProposed(batch);
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
        return batches.Length == 0 ? null : new Block(_state.Clock, batches);
    }

    /// <summary>Somebody else leads, in the order of things: he gets what the one before has not ordered.</summary>
    public void OnLeaderChanged()
    {
        Pace.OnLeaderLost();
        _neglect.Forget();
        if (_state.ServingLeader == NodeId.None || _state.ServingLeader == _state.Self)
        {
            return;
        }

        foreach (var batch in _pool.OfOrigin(_state.Self))
        {
            _state.Send(_state.ServingLeader, Signed(batch));
            Pace.OnHanded(batch);
        }
    }

    public void OnTime()
    {
        if (_state.Now < _tickAt)
        {
            return;
        }

        if (_own.Count > 0)
        {
            _numbers.OnNotOrdered();
        }

        _neglect.Look();
        RenumberOwn();
        BatchOwn();
        foreach (var batch in _pool.OfOrigin(_state.Self).TakeWhile(batch => batch.Number <= _waitedUpTo))
        {
            _state.Broadcast(Signed(batch));
            _neglect.OnShown(_state.Self);
        }

        _relays.Renew();
        PassOn();
        _waitedUpTo = _numbers.Last;

        // What was sent may be lost like anything else.
        _tickAt = Ticks.Never;
        Watch();
    }

    /// <summary>What others have shown here, and nobody has ordered, the leader gets again: it may have had no room for it.</summary>
    private void PassOn()
    {
        var leader = _state.ServingLeader;
        if (leader == NodeId.None || leader == _state.Self)
        {
            return;
        }

        foreach (var batch in _pool.Next(_state.Options.BlockBytesMax, batch => batch.Origin == _state.Self || batch.Origin == leader))
        {
            PassOn(leader, batch);
        }
    }

    /// <summary>Blocks were committed, the newest that the group has, as far as this replica knows: who waits was passed over by so many.</summary>
    public void OnPassed(ulong blocks) => _neglect.OnPassed(blocks);

    private void PassOn(NodeId leader, CommandBatch batch)
    {
        _state.Send(leader, new Submit(batch));
        Pace.OnHanded(batch);
    }

    /// <summary>A block is committed: its batches wait no more.</summary>
    public void OnCommitted(SequenceNumber number)
    {
        foreach (ref readonly var place in _state.Log.BatchesOf(number))
        {
            // An old batch that a leader orders once more serves nobody.
            var isNew = place.Number > _pool.HighestOrdered(place.Origin);
            _pool.OnOrdered(place.Origin, place.Number);
            Pace.OnOrdered(place.Origin, place.Number, isNew);
            if (isNew)
            {
                _neglect.OnOrdered(place.Origin);
            }

            if (place.Origin != _state.Self)
            {
                _pool.RemoveOvertaken(place.Origin);
            }

            if (place.Origin != _state.Self || !_own.Remove(place.Number))
            {
                continue;
            }

            _numbers.OnOrdered();

            if (_reads.Remove(place.Number, out var tickets))
            {
                foreach (var ticket in tickets)
                {
                    _state.Effects.ConfirmRead(ticket, _state.Log.CommitIndex);
                }
            }
        }

        Pace.OnPassed(number);
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
        _gatheredWeight = 0;
        _own.Clear();
        _pool.Clear();
        _neglect.Forget();
        _relays.Renew();
        Pace.OnLeaderLost();
        _tickAt = Ticks.Never;
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
        if (!AreGathered || _own.Count >= _state.Options.OwnBatchesMax || IsCatchingUp)
        {
            return null;
        }

        var count = CountForBatch(out var weight);
        var batch = new CommandBatch(_state.Self, NextNumber(), [.. _gathered[..count]]);
        if (!_pool.TryAdd(batch))
        {
            // Too much of its own waits: this comes with what follows.
            return null;
        }

        _gathered.RemoveRange(0, count);
        _gatheredWeight -= weight;
        _own.Add(batch.Number);
        if (_gatheredReads.Count > 0)
        {
            _reads.Add(batch.Number, [.. _gatheredReads]);
            _gatheredReads.Clear();
        }

        Watch();
        return batch;
    }

    private ulong NextNumber()
    {
        var logTime = _state.Log.TimeAfter(_state.Log.Committed);
        return _numbers.Next(_state.Clock > logTime ? _state.Clock : logTime, _pool.HighestOrdered(_state.Self));
    }

    /// <summary>
    /// What a later batch of this replica has overtaken gets another number: nobody takes it with the old one any more. So it does where the others may know higher numbers than this replica does.
    /// </summary>
    private void RenumberOwn()
    {
        foreach (var old in _pool.OfOrigin(_state.Self).Where(batch => batch.Number <= _pool.HighestOrdered(_state.Self) || batch.Number < _numbers.Lowest).ToArray())
        {
            var batch = new CommandBatch(_state.Self, NextNumber(), [.. old.Commands]);
            _pool.Remove(old.Origin, old.Number);
            _own.Remove(old.Number);
            _pool.TryAdd(batch);
            _own.Add(batch.Number);
            Pace.OnRenumbered(old.Number, batch.Number);
            if (_reads.Remove(old.Number, out var tickets))
            {
                _reads.Add(batch.Number, tickets);
            }

            // It has waited already.
            _waitedUpTo = _renumberedUpTo = batch.Number;
        }
    }

    /// <summary>An own batch for others. In its own proposals the leader's signature of the proposal speaks for it.</summary>
    private Submit Signed(CommandBatch own) => new(own.SignedBy(_state.Identity));

    private RefusalReason ReasonToRefuse() =>
        _state.ServingLeader == NodeId.None ? RefusalReason.NoLeader
        : !_state.AcceptsWrites ? RefusalReason.StorageFull
        : _gatheredWeight + _pool.WeightOf(_state.Self) >= _state.Options.PooledBytesMax ? RefusalReason.Overloaded
        : RefusalReason.None;

    /// <summary>How many of the gathered commands the next batch has.</summary>
    private int CountForBatch(out long weight)
    {
        var count = 0;
        weight = 0;
        while (count < _gathered.Count && CommandBatch.WeightOf(_gathered[count].Span) is var next && (count == 0 || weight + next <= _state.Options.BatchBytesMax / 2))
        {
            weight += next;
            count++;
        }

        return count;
    }

    /// <summary>As long as something waits, it is looked at from time to time.</summary>
    private void Watch()
    {
        if (_tickAt == Ticks.Never && AreWaiting)
        {
            _tickAt = _state.Now + (_state.Options.ViewTimeout / TicksPerTimeout);
        }
    }
}
