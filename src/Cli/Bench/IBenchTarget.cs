namespace Consensus.Cli.Bench;

/// <summary>The cluster that is measured.</summary>
internal interface IBenchTarget : IAsyncDisposable
{
    /// <summary>Starts it, and waits until it has a leader.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Writes one value.</summary>
    /// <param name="client">Who asks: 0 for the first client.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>Whether it was acknowledged.</returns>
    ValueTask<bool> PutAsync(int client, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken);

    /// <summary>Reads one value.</summary>
    /// <param name="client">Who asks: 0 for the first client.</param>
    /// <param name="key">The key.</param>
    /// <param name="consistency">How current the answer must be.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    ValueTask<BenchAnswer> GetAsync(int client, ReadOnlyMemory<byte> key, ReadConsistency consistency, CancellationToken cancellationToken);

    /// <summary>What the cluster and its clients have used until now.</summary>
    ResourceUse MeasureResources();

    /// <summary>What memory the cluster holds.</summary>
    MemoryUse MeasureMemory();
}
