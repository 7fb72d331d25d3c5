namespace Consensus.Engine;

/// <summary>Keeps stored snapshots, however many newer ones come, until others are to be kept. Not answered.</summary>
/// <param name="Snapshots">The snapshots, not changed afterwards.</param>
public sealed record KeepSnapshots(IReadOnlyList<SnapshotDescriptor> Snapshots) : BackgroundRequest;
