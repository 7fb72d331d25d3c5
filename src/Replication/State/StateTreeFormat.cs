namespace Consensus.Replication.State;

/// <summary>
/// How a tree is written. Little-endian: "CST" and the version 1 (4 bytes), number of entries (4), then for each entry, in ordinal order of
/// the keys: length of the key (2), length of the value (4), key, value. Nothing follows.
/// </summary>
internal static class StateTreeFormat
{
    public const int HeaderSize = 8;
    public const int EntryHeaderSize = 6;
    public const int BufferSize = 64 * 1024;

    public static ReadOnlySpan<byte> Magic => "CST\u0001"u8;
}
