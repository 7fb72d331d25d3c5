namespace Consensus.Engine;

/// <summary>
/// Gathers the reads of a turn behind one barrier, asks for a barrier again when a leader changes or a message is lost, and ends those that
/// wait too long, also for their entry to be applied. Used by the loop only.
/// </summary>
internal sealed class ReadGateway
{
    private static readonly TimeSpan RefusalPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>How many confirmed reads are kept before anybody looks which of them have ended.</summary>
    private const int ConfirmedSweepFrom = 256;

    private readonly TimeSpan _retryInterval;
    private readonly SortedDictionary<ulong, Barrier> _barriers = [];
    private readonly Queue<ulong> _lost = [];
    private readonly List<PendingRead> _refused = [];
    private readonly List<PendingRead> _confirmed = [];
    private int _confirmedSweepAt = ConfirmedSweepFrom;
    private List<PendingRead> _gathered = [];
    private ulong _last;
    private Ticks _sweepAt = Ticks.Never;
    private NodeId _leader;
    private ulong _term;

    /// <param name="options">The replica's settings.</param>
    /// <param name="seed">Makes this run's tickets different from those of earlier runs.</param>
    public ReadGateway(ReplicaOptions options, ulong seed)
    {
        _retryInterval = options.RetryInterval;
        _last = Tickets.FirstNumber(new DeterministicRandom(seed));
    }

    /// <summary>When the gateway wants a turn at the latest: at once while reads wait for their barrier to be asked for.</summary>
    public Ticks NextDeadline => _gathered.Count > 0 || _lost.Count > 0 ? Ticks.Zero : _sweepAt;

    /// <summary>How many reads wait.</summary>
    public int Waiting => _gathered.Count + _refused.Count + _confirmed.Count + _barriers.Values.Sum(barrier => barrier.Reads.Count);

    /// <summary>A caller waits for a barrier.</summary>
    public void Accept(Ticks now, PendingRead read)
    {
        read.Deadline = now + read.Timeout;
        _gathered.Add(read);
        WatchTime(now);
    }

    /// <summary>Whether a barrier is to be asked for in this turn.</summary>
    /// <param name="now">The time.</param>
    /// <param name="ticket">The barrier.</param>
    public bool TryBegin(Ticks now, out Ticket ticket)
    {
        while (_lost.TryDequeue(out var number))
        {
            if (_barriers.ContainsKey(number))
            {
                ticket = Tickets.Of(TicketKind.Read, number);
                return true;
            }
        }

        ticket = default;
        if (_gathered.Count == 0)
        {
            return false;
        }

        _barriers.Add(++_last, new Barrier(_gathered, now));
        _gathered = [];
        ticket = Tickets.Of(TicketKind.Read, _last);
        return true;
    }

    /// <summary>A barrier's index is known.</summary>
    /// <returns>Who waits for it; empty if nobody does any more. The list is not used here any more.</returns>
    public IReadOnlyList<PendingRead> OnConfirmed(Ticket ticket)
    {
        if (!_barriers.Remove(Tickets.NumberOf(ticket), out var barrier))
        {
            return [];
        }

        // The entry may not come for long: this replica is cut off, or its state machine is slow. The time limit holds nevertheless. Most
        // come at once, and would, with their answers, outlive a collection or two if they were kept until the next sweep.
        if (_confirmed.Count >= _confirmedSweepAt)
        {
            _confirmed.RemoveAll(static read => read.HasEnded);
            _confirmedSweepAt = Math.Max(ConfirmedSweepFrom, 2 * _confirmed.Count);
        }

        _confirmed.AddRange(barrier.Reads);
        return barrier.Reads;
    }

    /// <summary>A barrier was refused.</summary>
    public void OnRefused(Ticks now, Ticket ticket, RefusalReason reason)
    {
        if (!_barriers.Remove(Tickets.NumberOf(ticket), out var barrier))
        {
            return;
        }

        foreach (var read in barrier.Reads)
        {
            if (reason == RefusalReason.NoLeader)
            {
                read.RetryAt = now + RefusalPause;
                _refused.Add(read);
                _sweepAt = Ticks.Min(_sweepAt, read.RetryAt);
            }
            else
            {
                read.Refuse(reason);
            }
        }
    }

    /// <summary>
    /// The disk is full: what reads that are confirmed already wait for may not fit any more. They ask again, to be told whether it does.
    /// </summary>
    public void OnDiskFull()
    {
        _gathered.AddRange(_confirmed.Where(read => !read.HasEnded));
        _confirmed.Clear();
    }

    /// <summary>A leader is known, or none: what another was asked is lost.</summary>
    public void OnLeader(NodeId leader, ulong term)
    {
        if (leader == _leader && term == _term)
        {
            return;
        }

        (_leader, _term) = (leader, term);
        if (leader != NodeId.None)
        {
            foreach (var barrier in _barriers.Values)
            {
                _gathered.AddRange(barrier.Reads);
            }

            _barriers.Clear();
        }
    }

    /// <summary>Ends what has waited too long, and asks again for what may be lost.</summary>
    public void OnTime(Ticks now)
    {
        // In every turn: what follows has lambdas, whose closure is allocated where the method begins.
        if (now >= _sweepAt)
        {
            Sweep(now);
        }
    }

    /// <summary>The replica has stopped: nothing that waits is answered any more.</summary>
    public void Fail(Exception exception)
    {
        foreach (var read in _gathered.Concat(_refused).Concat(_confirmed).Concat(_barriers.Values.SelectMany(barrier => barrier.Reads)))
        {
            read.Fail(exception);
        }
    }

    private void Sweep(Ticks now)
    {
        _sweepAt = Ticks.Never;
        foreach (var (number, barrier) in _barriers.ToArray())
        {
            if (now >= barrier.AskedAt + _retryInterval)
            {
                // Under the same ticket: should the first question only be slow, its answer counts. Otherwise reads would never end where answers take longer than this.
                _barriers[number] = barrier with { AskedAt = now };
                _lost.Enqueue(number);
            }
        }

        _gathered.AddRange(_refused.Where(read => now >= read.RetryAt));
        _refused.RemoveAll(read => now >= read.RetryAt);
        Expire(now, _gathered);
        Expire(now, _refused);
        Expire(now, _confirmed);
        foreach (var (number, barrier) in _barriers.ToArray())
        {
            Expire(now, barrier.Reads);
            if (barrier.Reads.Count == 0)
            {
                _barriers.Remove(number);
            }
        }

        WatchTime(now);
    }

    private void Expire(Ticks now, List<PendingRead> reads) =>
        reads.RemoveAll(read =>
        {
            if (now < read.Deadline)
            {
                return read.HasEnded;
            }

            read.Refuse(_leader == NodeId.None ? RefusalReason.NoLeader : RefusalReason.TimedOut);
            return true;
        });

    private void WatchTime(Ticks now)
    {
        if (_gathered.Count + _refused.Count + _confirmed.Count + _barriers.Count > 0)
        {
            _sweepAt = Ticks.Min(_sweepAt, now + SweepInterval);
        }
    }

    private sealed record Barrier(List<PendingRead> Reads, Ticks AskedAt);
}
