using System.Collections.Concurrent;

namespace Consensus.Engine;

/// <summary>Keeps finished <see cref="PendingCommand"/>s for reuse, and counts those that wait. Safe to use from any number of threads.</summary>
internal sealed class PendingCommandPool(ReplicaMetrics metrics)
{
    /// <summary>How many finished commands are kept at most.</summary>
    public const int KeptMax = 4096;

    private readonly ConcurrentQueue<PendingCommand> _free = new();
    private int _waiting;

    /// <summary>
    /// How many commands the replica works on. A caller that never takes its result does not count, one that has gone away does until the
    /// gateway knows.
    /// </summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Told how each of them ends.</summary>
    public ReplicaMetrics Metrics => metrics;

    /// <summary>How many finished commands are kept.</summary>
    public int Kept => _free.Count;

    public PendingCommand Rent()
    {
        Interlocked.Increment(ref _waiting);
        return _free.TryDequeue(out var command) ? command : new PendingCommand(this);
    }

    /// <summary>The gateway is done with a command.</summary>
    public void OnLeft() => Interlocked.Decrement(ref _waiting);

    public void Return(PendingCommand command)
    {
        if (_free.Count < KeptMax)
        {
            _free.Enqueue(command);
        }
    }
}
