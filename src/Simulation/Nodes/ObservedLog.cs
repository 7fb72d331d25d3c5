using Consensus.Engine;

namespace Consensus.Simulation.Nodes;

/// <summary>A log whose records are looked at when they are staged, and when they are on disk.</summary>
internal sealed class ObservedLog(IWriteAheadLog log, SimulatedNode node, INodeObserver observer) : IWriteAheadLog
{
    /// <inheritdoc/>
    public Lsn LastStaged => log.LastStaged;

    /// <inheritdoc/>
    public bool AcceptsWrites => log.AcceptsWrites;

    /// <inheritdoc/>
    public void Stage(in LogRecord record)
    {
        log.Stage(record);
        observer.OnStaged(node, record);
    }

    /// <inheritdoc/>
    public ILogBatch? TakeBatch() => log.TakeBatch();

    /// <inheritdoc/>
    public void Persist(ILogBatch batch)
    {
        var lsn = batch.LastLsn;
        log.Persist(batch);
        observer.OnDurable(node, lsn);
    }

    /// <inheritdoc/>
    public void TryReclaimSpace() => log.TryReclaimSpace();

    /// <inheritdoc/>
    public bool Compact(LogIndex index) => log.Compact(index);

    /// <inheritdoc/>
    public void Dispose() => log.Dispose();
}
