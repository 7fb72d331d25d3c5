using System.ComponentModel.DataAnnotations;
using Consensus.Configuration;
using Consensus.Engine;

namespace Consensus.Hosting;

/// <summary>The settings of a replica as they stand in JSON; <see cref="ReplicaOptions"/> explains them.</summary>
public sealed class ReplicaSettings
{
    private static readonly ReplicaOptions Defaults = new();

    /// <inheritdoc cref="ReplicaOptions.CommandBytesMax"/>
    /// <value>1.25 MiB, so that a value of 1 MiB fits with what surrounds it; 1 byte to 4 MiB. With PBFT and HotStuff the same on all replicas: they refuse larger ones of each other.</value>
    [Range(1, 4 * 1024 * 1024)]
    public int CommandBytesMax { get; set; } = Defaults.CommandBytesMax;

    /// <inheritdoc cref="ReplicaOptions.OperationTimeout"/>
    /// <value>5 s; 1 ms to 1 h.</value>
    [DurationRange("1ms", "1h")]
    public TimeSpan OperationTimeout { get; set; } = Defaults.OperationTimeout;

    /// <inheritdoc cref="ReplicaOptions.ControlTimeout"/>
    /// <value>2 min; 1 ms to 1 d.</value>
    [DurationRange("1ms", "1d")]
    public TimeSpan ControlTimeout { get; set; } = Defaults.ControlTimeout;

    /// <inheritdoc cref="ReplicaOptions.RetryInterval"/>
    /// <value>1 s; 1 ms to 1 h.</value>
    [DurationRange("1ms", "1h")]
    public TimeSpan RetryInterval { get; set; } = Defaults.RetryInterval;

    /// <inheritdoc cref="ReplicaOptions.CommandsInFlightMax"/>
    /// <value>8,192; a power of two from 1 to 16,384.</value>
    [Range(1, 16_384)]
    public int CommandsInFlightMax { get; set; } = Defaults.CommandsInFlightMax;

    /// <inheritdoc cref="ReplicaOptions.QueuedOperationsMax"/>
    /// <value>65,536; 1 to 16,777,216.</value>
    [Range(1, 16 * 1024 * 1024)]
    public int QueuedOperationsMax { get; set; } = Defaults.QueuedOperationsMax;

    /// <inheritdoc cref="ReplicaOptions.ReceivedBytesMax"/>
    /// <value>64 MiB; 1 MiB to 64 GiB.</value>
    [Range(1024d * 1024, 64d * 1024 * 1024 * 1024)]
    public long ReceivedBytesMax { get; set; } = Defaults.ReceivedBytesMax;

    internal ReplicaOptions ToOptions(SnapshotSettings snapshots) => new()
    {
        CommandBytesMax = CommandBytesMax,
        OperationTimeout = OperationTimeout,
        ControlTimeout = ControlTimeout,
        RetryInterval = RetryInterval,
        CommandsInFlightMax = CommandsInFlightMax,
        QueuedOperationsMax = QueuedOperationsMax,
        ReceivedBytesMax = ReceivedBytesMax,
        Snapshots = snapshots.ToPolicy(),
    };
}
