namespace Consensus.Raft;

/// <summary>What a replica says about the space on its disk.</summary>
internal enum DiskSpace : byte
{
    /// <summary>Entries fit.</summary>
    Free = 0,

    /// <summary>Entries fit, but a short while ago they did not.</summary>
    FreeAgain = 1,

    /// <summary>The disk is full: it takes no entries.</summary>
    Full = 2,
}
