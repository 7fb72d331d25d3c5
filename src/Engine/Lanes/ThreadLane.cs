namespace Consensus.Engine;

/// <summary>
/// A lane with a thread of its own, not the pool's, so that an application that starves the pool does not stop the replica. Whoever wakes it
/// makes a system call only if it sleeps, so a busy lane costs its callers none.
/// </summary>
/// <remarks>
/// An event of the operating system and not a <see cref="SemaphoreSlim"/>, which yields its processor over and over before it sleeps: a
/// replica has several lanes, and on a busy machine a quarter of its processor time went there.
/// </remarks>
internal sealed class ThreadLane : ILane
{
    private const int Awake = 0;
    private const int Woken = 1;
    private const int Asleep = 2;

    private readonly Func<TimeSpan> _turn;
    private readonly Action<Exception> _onFailure;
    private readonly Thread _thread;
    private readonly WakeEvent _signal = WakeEvent.Create();
    private readonly Lock _lifetime = new();
    private int _state;
    private bool _isStarted;
    private volatile bool _isStopping;

    public ThreadLane(string name, Func<TimeSpan> turn, Action<Exception> onFailure)
    {
        _turn = turn;
        _onFailure = onFailure;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

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
        if (Interlocked.Exchange(ref _state, Woken) == Asleep)
        {
            _signal.Set();
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

    private void Run()
    {
        try
        {
            while (true)
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
        if (Interlocked.CompareExchange(ref _state, Asleep, Awake) != Awake)
        {
            return;
        }

        var isSignalled = _signal.Wait(limit);
        if (!isSignalled && Interlocked.Exchange(ref _state, Awake) == Woken)
        {
            // Somebody has taken it upon himself to signal: that is on the way, and must not be left for the next sleep.
            _signal.Wait(Timeout.InfiniteTimeSpan);
        }
    }
}
