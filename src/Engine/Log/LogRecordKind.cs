namespace Consensus.Engine;

/// <summary>What a record of the write-ahead log says. The numbers are part of the disk format.</summary>
public enum LogRecordKind : byte
{
    /// <summary>An entry of the replicated log.</summary>
    Entry = 1,

    /// <summary>All entries from an index on are void.</summary>
    Truncate = 2,

    /// <summary>A named value of the engine (term and vote, lock, seal): the newest value of a slot counts.</summary>
    Slot = 3,

    /// <summary>The log begins after an entry that a snapshot covers: everything before is void.</summary>
    Base = 4,
}
