namespace Consensus.Storage.Log;

/// <summary>How a segment follows what is before it.</summary>
[Flags]
internal enum LinkFinding
{
    /// <summary>Directly; or it is the first that compaction has left and begins with a checkpoint; or it is number 1.</summary>
    Follows = 1,

    /// <summary>There is no file with the number before, but one with a smaller number.</summary>
    FileMissing = 2,

    /// <summary>Its first record is not the one that must follow; or it is the first file, not number 1, and has no checkpoint.</summary>
    RecordsMissing = 4,

    /// <summary>In a rule: whichever.</summary>
    Any = Follows | FileMissing | RecordsMissing,
}
