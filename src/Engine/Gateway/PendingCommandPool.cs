using System.Collections.Concurrent;

namespace Consensus.Engine;

/// <summary>Keeps finished <see cref="PendingCommand"/>s for reuse. Safe to use from any number of threads.</summary>
internal sealed class PendingCommandPool
{
    private const int KeptMax = 4096;

    private readonly ConcurrentQueue<PendingCommand> _free = new();

    public PendingCommand Rent() => _free.TryDequeue(out var command) ? command : new PendingCommand(this);

    public void Return(PendingCommand command)
    {
        if (_free.Count < KeptMax)
        {
            _free.Enqueue(command);
        }
    }
}
