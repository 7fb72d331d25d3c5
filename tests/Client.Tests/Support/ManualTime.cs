namespace Consensus.Client.Tests.Support;

/// <summary>A clock that stands still until a test moves it. What waits for it goes on inside the call that moves it.</summary>
internal sealed class ManualTime : TimeProvider
{
    /// <summary>Never asserted on: how long a test that hangs may take to say so.</summary>
    private static readonly TimeSpan SafetyLimit = TimeSpan.FromSeconds(90);

    private readonly Lock _lock = new();
    private readonly HashSet<ManualTimer> _timers = [];
    private TimeSpan _now = TimeSpan.FromDays(1);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _now.Ticks;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock to the next moment that somebody waits for, as often as it takes for a task to end.</summary>
    public async Task<T> RunAsync<T>(ValueTask<T> call)
    {
        using var limit = new CancellationTokenSource(SafetyLimit);
        var task = call.AsTask();
        while (!task.IsCompleted)
        {
            if (!AdvanceToNext())
            {
                // Something goes on on another thread, and will end the task or wait for the clock again.
                await Task.Delay(1, limit.Token);
            }
        }

        return await task;
    }

    /// <summary>When the first of those who wait for the clock waits no longer; null if nobody waits.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count == 0 ? null : _timers.Min(timer => timer.Due) - _now;
            }
        }
    }

    /// <summary>Moves the clock by less than anybody waits for.</summary>
    public void Advance(TimeSpan duration)
    {
        lock (_lock)
        {
            Assert.That(_timers.Where(timer => timer.Due <= _now + duration), Is.Empty, "somebody waits for the clock");
            _now += duration;
        }
    }

    /// <summary>Moves the clock to the next moment that somebody waits for.</summary>
    /// <returns>Whether there is one.</returns>
    public bool AdvanceToNext()
    {
        ManualTimer next;
        lock (_lock)
        {
            if (_timers.Count == 0)
            {
                return false;
            }

            next = _timers.MinBy(timer => timer.Due)!;
            _timers.Remove(next);
            _now = next.Due > _now ? next.Due : _now;
        }

        GoOn(next.Fire);
        return true;
    }

    /// <summary>
    /// Does what somebody waits for. Whoever does goes on at once and here, not later on another thread, where it would be overtaken by the clock; a context of the
    /// test runner would prevent that.
    /// </summary>
    public static void GoOn(Action happening)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            happening();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = time._now + dueTime;
                    time._timers.Add(this);
                }
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
