namespace Consensus.Engine;

/// <summary>A snapshot of this replica's own state is on disk.</summary>
/// <param name="Snapshot">What it covers.</param>
public sealed record SnapshotSaved(SnapshotDescriptor Snapshot) : Input;
