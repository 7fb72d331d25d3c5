namespace Consensus.Engine;

/// <summary>A snapshot from a peer has replaced the state of this replica, and is on disk.</summary>
/// <param name="Snapshot">What it covers.</param>
public sealed record SnapshotRestored(SnapshotDescriptor Snapshot) : Input;
