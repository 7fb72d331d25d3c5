namespace Consensus.Engine;

/// <summary>What a replica is made of. The replica owns log, snapshots and transport, and disposes of them.</summary>
public sealed record ReplicaSetup
{
    /// <summary>The replica's number.</summary>
    public required NodeId Self { get; init; }

    /// <summary>The epoch it is active in.</summary>
    public Epoch Epoch { get; init; } = Epoch.Zero;

    /// <summary>The protocol.</summary>
    public required IEngine Engine { get; init; }

    /// <summary>The replicated state, as new.</summary>
    public required IReplicatedState State { get; init; }

    /// <summary>What was on disk.</summary>
    public required RecoveredState Recovered { get; init; }

    /// <summary>The opened log.</summary>
    public required IWriteAheadLog Log { get; init; }

    /// <summary>The opened snapshot store.</summary>
    public required ISnapshotStore Snapshots { get; init; }

    /// <summary>Where evidence is kept. It stays its owner's to dispose of.</summary>
    /// <value>Nowhere: who subscribes to events learns of it, and that is all.</value>
    public IEvidenceStore? Evidence { get; init; }

    /// <summary>The transport, not started.</summary>
    public required ITransport Transport { get; init; }

    /// <summary>The settings.</summary>
    public ReplicaOptions Options { get; init; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the replica's work is done.</summary>
    /// <value>On four threads of its own.</value>
    public ILanes Lanes { get; init; } = new ThreadLanes();

    /// <summary>Seeds what is drawn at random. Different at every start of a replica.</summary>
    public required ulong Seed { get; init; }
}
