namespace Consensus.Storage.Log;

/// <summary>What comes after a segment. Anything written there was written after all of the segment was durable.</summary>
[Flags]
internal enum PlaceFinding
{
    /// <summary>No later segment.</summary>
    Newest = 1,

    /// <summary>Later segments, all of them blank.</summary>
    BlankAfter = 2,

    /// <summary>A later segment that is not blank.</summary>
    WrittenAfter = 4,

    /// <summary>In a rule: whichever.</summary>
    Any = Newest | BlankAfter | WrittenAfter,
}
