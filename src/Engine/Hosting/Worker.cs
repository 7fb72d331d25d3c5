namespace Consensus.Engine;

/// <summary>Handles what is posted to it, one item in each turn of a lane of its own.</summary>
/// <typeparam name="T">What is posted.</typeparam>
internal sealed class Worker<T> : IDisposable
{
    private readonly ILane _lane;
    private readonly Mailbox<T> _mailbox;
    private readonly Action<T> _handle;

    /// <param name="setup">The replica whose lane it is, and who makes it.</param>
    /// <param name="kind">What the lane is for.</param>
    /// <param name="handle">Handles one item.</param>
    /// <param name="turnAway">Takes what is posted when the lane has ended, or was left when it failed.</param>
    /// <param name="onFailure">Told about the exception that ended the lane.</param>
    public Worker(ReplicaSetup setup, LaneKind kind, Action<T> handle, Action<T> turnAway, Action<Exception> onFailure)
    {
        _handle = handle;
        _lane = setup.Lanes.Create(kind, setup.Self, Turn, onFailure);
        _mailbox = new Mailbox<T>(_lane, turnAway);
    }

    /// <summary>How many items wait.</summary>
    public int Waiting => _mailbox.Count;

    public void Start() => _lane.Start();

    public void Post(T item) => _mailbox.Post(item);

    /// <summary>Handles what was posted before, then ends the lane and waits for its end.</summary>
    public void Dispose()
    {
        _lane.Dispose();
        _mailbox.Close();
    }

    private TimeSpan Turn()
    {
        if (!_mailbox.TryTake(out var item))
        {
            return Timeout.InfiniteTimeSpan;
        }

        _handle(item);
        return TimeSpan.Zero;
    }
}
