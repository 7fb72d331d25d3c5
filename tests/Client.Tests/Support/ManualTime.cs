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

    /// <summary>Moves the clock while nobody waits for it.</summary>
    public void Advance(TimeSpan duration)
    {
        lock (_lock)
        {
            Assert.That(_timers, Is.Empty, "somebody waits for the clock");
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

        // What waits for the clock shall go on at once and here, not later on another thread; a context of the test runner would prevent that.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            next.Fire();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        return true;
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
