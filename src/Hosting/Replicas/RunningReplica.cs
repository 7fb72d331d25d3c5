using Consensus.Engine;
using Consensus.Storage;

namespace Consensus.Hosting;

/// <summary>A replica on its open data folder.</summary>
/// <param name="Replica">The replica.</param>
/// <param name="Storage">The folder, locked until this is disposed of.</param>
/// <param name="Evidence">What it keeps there against others.</param>
/// <param name="IsNew">Whether the folder was created for this start.</param>
internal sealed record RunningReplica(Replica Replica, ReplicaStorage Storage, EvidenceArchive Evidence, bool IsNew) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Replica.DisposeAsync().ConfigureAwait(false);
        Evidence.Store();
        Storage.Dispose();
    }
}
