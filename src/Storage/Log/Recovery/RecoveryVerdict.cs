namespace Consensus.Storage.Log;

/// <summary>What is done with a segment when the log is opened.</summary>
internal enum RecoveryVerdict
{
    /// <summary>Its records count.</summary>
    Replay,

    /// <summary>Its valid batches count; what follows them was never acknowledged and is overwritten with zeros.</summary>
    CutTail,

    /// <summary>It holds nothing yet and is kept for use.</summary>
    Unused,

    /// <summary>Its creation was interrupted before anything could be written to it: it is deleted.</summary>
    Discard,

    /// <summary>The log is not opened: acknowledged records are damaged or missing.</summary>
    RefuseCorrupt,

    /// <summary>The log is not opened: it is not this replica's, or not this program's.</summary>
    RefuseForeign,
}
