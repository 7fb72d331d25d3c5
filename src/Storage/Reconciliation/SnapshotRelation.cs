namespace Consensus.Storage.Reconciliation;

/// <summary>Where the newest whole snapshot lies, seen from the log.</summary>
internal enum SnapshotRelation
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Before the point after which the log begins: entries between them are missing.</summary>
    BeforeBase,

    /// <summary>At that very point, with the same hash chain.</summary>
    AtBaseSame,

    /// <summary>At that very point, with another hash chain.</summary>
    AtBaseOther,

    /// <summary>At an entry of the log, with the same hash chain.</summary>
    InsideSame,

    /// <summary>At an entry of the log, with another hash chain.</summary>
    InsideOther,

    /// <summary>After the log's last entry.</summary>
    BeyondEnd,
}
