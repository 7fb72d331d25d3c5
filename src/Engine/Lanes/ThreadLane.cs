using System.Diagnostics;

namespace Consensus.Engine;

/// <summary>
/// A lane with a thread of its own, not the pool's, so that an application that starves the pool does not stop the replica. Whoever wakes it
/// makes a system call only if it sleeps, so a busy lane costs its callers none. A visitor who finds it asleep may take its turn instead: the thread sleeps on.
/// </summary>
/// <remarks>
/// It sleeps on a <see cref="WakeEvent"/> and not on a <see cref="SemaphoreSlim"/>, which yields its processor over and over before it sleeps: a
/// replica has several lanes, and on a busy machine a quarter of its processor time went there.
/// </remarks>
internal sealed class ThreadLane : ILane
{
    // Whose the turns are: the thread's, or for a while a visitor's. "Woken" each time means that the owner must look again before it lets go.
    private const int Awake = 0;
    private const int Woken = 1;
    private const int Asleep = 2;
    private const int Visited = 3;
    private const int VisitedWoken = 4;

    /// <summary>A visitor has work of its own: what keeps coming is the thread's.</summary>
    private const int TurnsPerVisit = 4;

    /// <summary>
    /// How much later than a visitor's turn asks for the thread may wake up. The end of a rest is reckoned from the moment after the turn, so the same deadline
    /// comes out a little different each time: without an allowance every second visit would wake the thread for nothing.
    /// </summary>
    private static readonly long LatenessMax = Stopwatch.Frequency / 5000;

    private readonly Func<TimeSpan> _turn;
    private readonly Action<Exception> _onFailure;
    private readonly Thread _thread;
    private readonly WakeEvent _signal = WakeEvent.Create();
    private readonly Lock _lifetime = new();
    private int _state;
    private long _sleepsUntil;
    private bool _isStarted;
    private volatile bool _isStopping;
    private volatile bool _hasFailed;

    public ThreadLane(string name, Func<TimeSpan> turn, Action<Exception> onFailure)
    {
        _turn = turn;
        _onFailure = onFailure;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>Whether nobody has the turn, at this moment.</summary>
    internal bool IsAtRest => Volatile.Read(ref _state) == Asleep;

    /// <inheritdoc/>
    public void Start()
    {
        // Another lane of the replica may have failed already, and the replica be on its way down: then this one never starts.
        lock (_lifetime)
        {
            if (!_isStopping)
            {
                _thread.Start();
                _isStarted = true;
            }
        }
    }

    /// <inheritdoc/>
    public void Wake()
    {
        var seen = Volatile.Read(ref _state);
        while (true)
        {
            var wanted = seen is Visited or VisitedWoken ? VisitedWoken : Woken;

            // Written even if nothing changes: a full fence, so that the owner's next turn sees what the caller did before.
            var found = Interlocked.CompareExchange(ref _state, wanted, seen);
            if (found == seen)
            {
                break;
            }

            seen = found;
        }

        if (seen == Asleep)
        {
            _signal.Set();
        }
    }

    /// <inheritdoc/>
    public void Visit()
    {
        if (Interlocked.CompareExchange(ref _state, Visited, Asleep) != Asleep)
        {
            Wake();
            return;
        }

        if (!TryTakeTurns())
        {
            HandOver();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        bool isStarted;
        lock (_lifetime)
        {
            _isStopping = true;
            isStarted = _isStarted;
        }

        Wake();
        if (isStarted)
        {
            _thread.Join();
        }

        // Nobody is asleep any more, so nobody signals any more.
        _signal.Dispose();
    }

    /// <summary>A visitor's turns.</summary>
    /// <returns>Whether the thread may sleep on.</returns>
    private bool TryTakeTurns()
    {
        for (var turns = 0; turns < TurnsPerVisit; turns++)
        {
            TimeSpan rest;
            try
            {
                rest = _turn();
            }
            catch (Exception exception)
            {
                _hasFailed = true;
                _onFailure(exception);
                return false;
            }

            if (rest == TimeSpan.Zero || _isStopping || IsBeforeSleepEnds(rest))
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _state, Asleep, Visited) == Visited)
            {
                return true;
            }

            Interlocked.Exchange(ref _state, Visited);
        }

        return false;
    }

    private bool IsBeforeSleepEnds(TimeSpan rest) => EndOf(rest) < Volatile.Read(ref _sleepsUntil) - LatenessMax;

    private void HandOver()
    {
        Interlocked.Exchange(ref _state, Woken);
        _signal.Set();
    }

    private void Run()
    {
        try
        {
            while (!_hasFailed)
            {
                // Read before the turn: what was there before the stop is still handled.
                var isStopping = _isStopping;

                // A full fence: the turn sees what was done before the wake-ups that are forgotten here; a later one keeps from the sleep.
                Interlocked.Exchange(ref _state, Awake);
                var rest = _turn();
                if (rest == TimeSpan.Zero)
                {
                    continue;
                }

                if (isStopping)
                {
                    return;
                }

                Sleep(rest);
            }
        }
        catch (Exception exception)
        {
            _onFailure(exception);
        }
    }

    private void Sleep(TimeSpan limit)
    {
        Volatile.Write(ref _sleepsUntil, EndOf(limit));
        if (Interlocked.CompareExchange(ref _state, Asleep, Awake) != Awake)
        {
            return;
        }

        if (!_signal.Wait(limit) && !TryTakeBack())
        {
            _signal.Wait(Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The time has passed: the turns are the thread's again.</summary>
    /// <returns>False, if somebody else has them, or has taken it upon himself to signal: that is on the way, and must not be left for the next sleep.</returns>
    private bool TryTakeBack()
    {
        // From here on a visitor lets nobody sleep who has a deadline.
        Volatile.Write(ref _sleepsUntil, long.MaxValue);
        while (true)
        {
            var seen = Interlocked.CompareExchange(ref _state, Awake, Asleep);
            if (seen == Asleep)
            {
                return true;
            }

            if (seen != Visited || Interlocked.CompareExchange(ref _state, VisitedWoken, Visited) == Visited)
            {
                return false;
            }
        }
    }

    private static long EndOf(TimeSpan rest) =>
        rest == Timeout.InfiniteTimeSpan ? long.MaxValue : Stopwatch.GetTimestamp() + (long)(rest.TotalSeconds * Stopwatch.Frequency);
}
