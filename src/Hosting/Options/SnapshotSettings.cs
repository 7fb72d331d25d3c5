using System.ComponentModel.DataAnnotations;
using Consensus.Engine;

namespace Consensus.Hosting;

/// <summary>When a replica takes snapshots of its state, and how many it keeps.</summary>
public sealed class SnapshotSettings
{
    /// <summary>After how many entries a snapshot is taken.</summary>
    /// <value>10,000; 1 to 1,000,000,000.</value>
    [Range(1, 1_000_000_000)]
    public long EntriesBetween { get; set; } = SnapshotPolicy.Default.EntriesBetween;

    /// <summary>After how many bytes of entries a snapshot is taken, if that comes first.</summary>
    /// <value>64 MiB; 1 KiB to 1 TiB.</value>
    [Range(1024d, 1024d * 1024 * 1024 * 1024)]
    public long BytesBetween { get; set; } = SnapshotPolicy.Default.BytesBetween;

    /// <summary>How many snapshots are kept.</summary>
    /// <value>2; 1 to 100.</value>
    [Range(1, 100)]
    public int Retained { get; set; } = 2;

    internal SnapshotPolicy ToPolicy() => new(EntriesBetween, BytesBetween);
}
