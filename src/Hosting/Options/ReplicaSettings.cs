using Consensus.Engine;

namespace Consensus.Hosting;

/// <summary>The settings of a replica as they stand in JSON; <see cref="ReplicaOptions"/> explains them.</summary>
public sealed class ReplicaSettings
{
    private static readonly ReplicaOptions Defaults = new();

    /// <inheritdoc cref="ReplicaOptions.CommandBytesMax"/>
    public int CommandBytesMax { get; set; } = Defaults.CommandBytesMax;

    /// <inheritdoc cref="ReplicaOptions.OperationTimeout"/>
    public TimeSpan OperationTimeout { get; set; } = Defaults.OperationTimeout;

    /// <inheritdoc cref="ReplicaOptions.RetryInterval"/>
    public TimeSpan RetryInterval { get; set; } = Defaults.RetryInterval;

    /// <inheritdoc cref="ReplicaOptions.CommandsInFlightMax"/>
    public int CommandsInFlightMax { get; set; } = Defaults.CommandsInFlightMax;

    /// <inheritdoc cref="ReplicaOptions.QueuedOperationsMax"/>
    public int QueuedOperationsMax { get; set; } = Defaults.QueuedOperationsMax;

    /// <inheritdoc cref="ReplicaOptions.ReceivedBytesMax"/>
    public long ReceivedBytesMax { get; set; } = Defaults.ReceivedBytesMax;

    /// <summary>After how many entries a snapshot is taken.</summary>
    /// <value>10,000; 1 or more.</value>
    public long SnapshotEntries { get; set; } = Defaults.Snapshots.EntriesBetween;

    /// <summary>After how many bytes of entries a snapshot is taken, if that comes first.</summary>
    /// <value>64 MiB; 1 byte or more.</value>
    public long SnapshotBytes { get; set; } = Defaults.Snapshots.BytesBetween;

    internal ReplicaOptions ToOptions() => new()
    {
        CommandBytesMax = CommandBytesMax,
        OperationTimeout = OperationTimeout,
        RetryInterval = RetryInterval,
        CommandsInFlightMax = CommandsInFlightMax,
        QueuedOperationsMax = QueuedOperationsMax,
        ReceivedBytesMax = ReceivedBytesMax,
        Snapshots = new SnapshotPolicy(SnapshotEntries, SnapshotBytes),
    };
}
