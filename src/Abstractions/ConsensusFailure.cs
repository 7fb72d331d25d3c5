namespace Consensus;

/// <summary>Why a replica cannot go on.</summary>
public enum ConsensusFailure
{
    /// <summary>It was stopped.</summary>
    Stopped,

    /// <summary>The configuration is invalid.</summary>
    InvalidConfiguration,

    /// <summary>A write or a flush failed: what is on disk is no longer known.</summary>
    StorageFailed,

    /// <summary>A file on disk is damaged in a way that may have lost acknowledged data.</summary>
    StorageCorrupt,

    /// <summary>The data folder belongs to another cluster, node or a newer version.</summary>
    StorageForeign,

    /// <summary>A snapshot cannot be restored.</summary>
    SnapshotInvalid,

    /// <summary>The state machine failed while applying a command.</summary>
    StateMachineFailed,

    /// <summary>An invariant of the protocol does not hold: a bug, or memory corruption.</summary>
    InvariantViolated,
}
