namespace Consensus.Simulation.Disk;

/// <summary>What a disk is asked to do; reads are no action.</summary>
internal enum DiskAction
{
    /// <summary>A file is created.</summary>
    Create,

    /// <summary>A file gets another name.</summary>
    Rename,

    /// <summary>A file is deleted.</summary>
    Delete,

    /// <summary>A folder's names are made durable.</summary>
    FlushDirectory,

    /// <summary>Bytes are written.</summary>
    Write,

    /// <summary>Space is reserved.</summary>
    Allocate,

    /// <summary>A file is cut off.</summary>
    Truncate,

    /// <summary>A file's bytes are made durable.</summary>
    Flush,
}
