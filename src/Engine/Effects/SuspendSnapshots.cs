namespace Consensus.Engine;

/// <summary>
/// Asks for no more snapshots of the own state until a peer's has replaced it: the own state is known to be wrong. Answered by
/// <see cref="SnapshotsSuspended"/>.
/// </summary>
public sealed record SuspendSnapshots : BackgroundRequest;
