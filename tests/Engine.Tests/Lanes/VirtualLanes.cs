namespace Consensus.Engine.Tests.Lanes;

/// <summary>
/// Lanes in virtual time, on the thread of the test: a turn that is due comes after a delay that the seed draws, and time stands still
/// while it is taken.
/// </summary>
internal sealed class VirtualLanes(ulong seed = 1) : TimeProvider, ILanes
{
    private readonly PriorityQueue<VirtualLane, (long At, long Number)> _due = new();
    private readonly DeterministicRandom _random = new(seed);
    private long _now;
    private long _number;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Whether a replica is told that a lane has failed; it then stops on another thread.</summary>
    public bool TellsFailures { get; init; } = true;

    /// <summary>What ended a lane.</summary>
    public List<Exception> Failures { get; } = [];

    /// <summary>How many turns were taken.</summary>
    public int Turns { get; private set; }

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + new TimeSpan(_now);

    public ILane Create(LaneKind kind, NodeId replica, Func<TimeSpan> turn, Action<Exception> onFailure) => new VirtualLane(this, turn, onFailure);

    /// <summary>Takes turns until a condition holds.</summary>
    public void RunUntil(Func<bool> condition)
    {
        for (var turns = 0; !condition(); turns++)
        {
            Assert.That(turns, Is.LessThan(100_000), "the condition does not come true");
            Assert.That(TakeNext(), Is.True, "nothing is due any more");
        }
    }

    /// <summary>Takes the turns that are due in this span of time.</summary>
    public void Run(TimeSpan span)
    {
        var end = _now + span.Ticks;
        while (_due.TryPeek(out _, out var due) && due.At <= end)
        {
            TakeNext();
        }

        _now = end;
    }

    private bool TakeNext()
    {
        if (!_due.TryDequeue(out var lane, out var due))
        {
            return false;
        }

        _now = due.At;
        Turns++;
        lane.Take(due.At);
        return true;
    }

    private long Schedule(VirtualLane lane, TimeSpan rest)
    {
        var at = _now + Math.Max(rest.Ticks, 1 + (long)_random.NextBelow(10_000));
        _due.Enqueue(lane, (at, _number++));
        return at;
    }

    private sealed class VirtualLane(VirtualLanes lanes, Func<TimeSpan> turn, Action<Exception> onFailure) : ILane
    {
        private long _at = long.MaxValue;
        private bool _isStarted;
        private bool _hasEnded;

        public void Start()
        {
            _isStarted = true;
            Wake();
        }

        public void Wake()
        {
            // A turn that is due within the next millisecond anyway sees this too.
            if (_isStarted && !_hasEnded && _at - lanes._now > 10_000)
            {
                _at = lanes.Schedule(this, TimeSpan.Zero);
            }
        }

        public void Visit() => Wake();

        public void Dispose()
        {
            while (_isStarted && !_hasEnded && TakeTurn() == TimeSpan.Zero)
            {
            }

            _hasEnded = true;
        }

        public void Take(long at)
        {
            if (at != _at || _hasEnded)
            {
                return;
            }

            _at = long.MaxValue;
            var rest = TakeTurn();
            if (!_hasEnded && rest != Timeout.InfiniteTimeSpan && _at == long.MaxValue)
            {
                _at = lanes.Schedule(this, rest);
            }
        }

        private TimeSpan TakeTurn()
        {
            try
            {
                return turn();
            }
            catch (Exception exception)
            {
                _hasEnded = true;
                lanes.Failures.Add(exception);
                if (lanes.TellsFailures)
                {
                    onFailure(exception);
                }

                return Timeout.InfiniteTimeSpan;
            }
        }
    }
}
