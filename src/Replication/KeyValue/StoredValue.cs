using System.Buffers.Binary;

namespace Consensus.Replication.KeyValue;

/// <summary>What the tree holds for a key: the index of the entry that set it (8 bytes, little-endian), then the value.</summary>
internal readonly record struct StoredValue(LogIndex Version, ReadOnlyMemory<byte> Value)
{
    public const int VersionSize = 8;

    /// <summary>Whether there is one: the log begins at index 1.</summary>
    public bool Exists => Version > LogIndex.Zero;

    public static StoredValue Read(ReadOnlyMemory<byte> stored) =>
        new(new LogIndex(BinaryPrimitives.ReadUInt64LittleEndian(stored.Span)), stored[VersionSize..]);
}
