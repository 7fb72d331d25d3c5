namespace Consensus.Engine;

/// <summary>
/// A thread that handles what is posted to it, one after the other. A thread of its own, not the pool's, so that an application that
/// starves the pool does not stop the replica.
/// </summary>
/// <typeparam name="T">What is posted.</typeparam>
internal sealed class WorkerThread<T> : IDisposable
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);

    private readonly Mailbox<T> _mailbox;
    private readonly Action<T> _handle;
    private readonly Action<Exception> _onFailure;
    private readonly Thread _thread;
    private bool _isStarted;
    private volatile bool _isStopping;

    /// <param name="name">The thread's name.</param>
    /// <param name="handle">Handles one item.</param>
    /// <param name="turnAway">Takes what is posted when the thread has ended, or was left when it failed.</param>
    /// <param name="onFailure">Told about the exception that ended the thread.</param>
    public WorkerThread(string name, Action<T> handle, Action<T> turnAway, Action<Exception> onFailure)
    {
        _mailbox = new Mailbox<T>(turnAway);
        _handle = handle;
        _onFailure = onFailure;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    public void Start()
    {
        _isStarted = true;
        _thread.Start();
    }

    public void Post(T item) => _mailbox.Post(item);

    /// <summary>Handles what was posted before, then ends the thread and waits for its end.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _mailbox.Wake();
        if (_isStarted)
        {
            _thread.Join();
        }

        _mailbox.Dispose();
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                // Read before the queue is looked at: what was posted before the stop is still handled.
                var isStopping = _isStopping;
                while (_mailbox.TryTake(out var item))
                {
                    _handle(item);
                }

                if (isStopping)
                {
                    return;
                }

                _mailbox.Wait(LongestSleep);
            }
        }
        catch (Exception exception)
        {
            _onFailure(exception);
        }
    }
}
