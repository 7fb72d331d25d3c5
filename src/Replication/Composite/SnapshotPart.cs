namespace Consensus.Replication;

/// <summary>One machine's share of a composite snapshot.</summary>
internal readonly record struct SnapshotPart(MachineId Id, IStateSnapshot Snapshot);
