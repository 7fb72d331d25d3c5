using Consensus.Engine;

namespace Consensus.Hosting;

/// <summary>What a replica keeps on its disk, opened, and what was found there.</summary>
internal sealed record OpenedStorage(IWriteAheadLog Log, ISnapshotStore Snapshots, RecoveredState Recovered) : IDisposable
{
    public void Dispose()
    {
        Log.Dispose();
        Snapshots.Dispose();
    }
}
