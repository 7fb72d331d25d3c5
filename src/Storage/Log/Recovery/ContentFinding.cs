namespace Consensus.Storage.Log;

/// <summary>What is found in a segment behind its header.</summary>
[Flags]
internal enum ContentFinding
{
    /// <summary>Zeros only.</summary>
    Blank = 1,

    /// <summary>Valid batches in sequence, then zeros.</summary>
    Whole = 2,

    /// <summary>Valid batches or none, then something that is no valid batch, and no batch's header after it, nor anything behind its stated end.</summary>
    DamagedTail = 4,

    /// <summary>
    /// Something that no interrupted write leaves: no valid batch with a batch's header after it, or with one that states another place, valid checksums over content out of
    /// sequence, or anything at all in a segment whose header cannot be read.
    /// </summary>
    DamagedMiddle = 8,

    /// <summary>In a rule: whichever.</summary>
    Any = Blank | Whole | DamagedTail | DamagedMiddle,
}
