using System.Collections.Concurrent;

namespace Consensus.Engine;

/// <summary>Keeps finished <see cref="PendingCommand"/>s for reuse. Safe to use from any number of threads.</summary>
internal sealed class PendingCommandPool
{
    private const int KeptMax = 4096;

    private readonly ConcurrentQueue<PendingCommand> _free = new();
    private int _outstanding;

    /// <summary>How many commands have been rented whose results have not been taken.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    public PendingCommand Rent()
    {
        Interlocked.Increment(ref _outstanding);
        return _free.TryDequeue(out var command) ? command : new PendingCommand(this);
    }

    public void OnResultTaken() => Interlocked.Decrement(ref _outstanding);

    public void Return(PendingCommand command)
    {
        if (_free.Count < KeptMax)
        {
            _free.Enqueue(command);
        }
    }
}
