using System.ComponentModel.DataAnnotations;

namespace Consensus.Hosting;

/// <summary>The settings of the write-ahead log.</summary>
public sealed class StorageSettings
{
    /// <summary>How many bytes one file of the log has. A file is deleted as a whole, once a snapshot covers it.</summary>
    /// <value>64 MiB; 1 MiB to 1 GiB.</value>
    [Range(1024 * 1024, 1024 * 1024 * 1024)]
    public int SegmentBytes { get; set; } = 64 * 1024 * 1024;
}
