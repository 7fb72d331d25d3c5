namespace Consensus.Engine;

/// <summary>The answer to <see cref="SuspendSnapshots"/>: every snapshot of the own state that was under way has been reported.</summary>
public sealed record SnapshotsSuspended : Input;
