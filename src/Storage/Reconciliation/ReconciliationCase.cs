namespace Consensus.Storage.Reconciliation;

/// <summary>What a replica found in its folder: how its newest whole snapshot and its log belong together.</summary>
public enum ReconciliationCase
{
    /// <summary>No snapshot has been taken yet; the log has everything.</summary>
    LogAlone,

    /// <summary>The only snapshots are damaged, but the log has everything from the first entry on.</summary>
    FellBackToLog,

    /// <summary>The log goes on from the snapshot.</summary>
    SnapshotAndLog,

    /// <summary>The newest snapshot is damaged, but the log goes on from an older one.</summary>
    FellBackToOlderSnapshot,

    /// <summary>The snapshot covers more than the log has: the replica stopped before the log noted it.</summary>
    SnapshotAhead,

    /// <summary>The log has entries that the group did not decide for; the snapshot has those that it did.</summary>
    SnapshotReplacesLog,

    /// <summary>The log begins after an entry, but there is no snapshot that covers what was before.</summary>
    SnapshotMissing,

    /// <summary>The snapshot from which the log goes on is damaged, and no other one will do.</summary>
    SnapshotDamaged,

    /// <summary>There are snapshots, but the one from which the log goes on is gone.</summary>
    SnapshotTooOld,

    /// <summary>Snapshot and log tell different stories about entries that the group decided for.</summary>
    Contradiction,
}
