namespace Consensus.Storage.Log;

/// <summary>What is found in the first block of a segment's file.</summary>
[Flags]
internal enum HeaderFinding
{
    /// <summary>A header of this log, with the number that the file's name gives.</summary>
    Valid = 1,

    /// <summary>Zeros, or fewer bytes than a header has.</summary>
    Unwritten = 2,

    /// <summary>Something else, or a wrong checksum; also if only the version was changed, which the checksum proves.</summary>
    Damaged = 4,

    /// <summary>The magic and a later format version than this program knows, whatever follows.</summary>
    Newer = 8,

    /// <summary>A header of another cluster or node.</summary>
    Foreign = 16,

    /// <summary>A header with another number than the file's name gives.</summary>
    Misnamed = 32,

    /// <summary>A header in a file that is shorter than it says.</summary>
    Shortened = 64,

    /// <summary>In a rule: whichever.</summary>
    Any = Valid | Unwritten | Damaged | Newer | Foreign | Misnamed | Shortened,
}
