using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Replication.KeyValue;

/// <summary>
/// A query as MessagePack: <c>[1, key]</c> gets, <c>[2, prefix, after, limit]</c> scans. Keys are binary; an empty <c>after</c> starts at
/// the first key.
/// </summary>
internal readonly ref struct KeyValueQuery
{
    private KeyValueQuery(KeyValueQueryKind kind, ReadOnlySpan<byte> key)
    {
        Kind = kind;
        Key = key;
    }

    public KeyValueQueryKind Kind { get; }

    /// <summary>The key, or what the keys begin with.</summary>
    public ReadOnlySpan<byte> Key { get; }

    public ReadOnlySpan<byte> After { get; private init; }

    public int Limit { get; private init; }

    public static void WriteGet(IBufferWriter<byte> output, ReadOnlySpan<byte> key)
    {
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(2);
        writer.Write((byte)KeyValueQueryKind.Get);
        writer.Write(key);
        writer.Flush();
    }

    public static void WriteScan(IBufferWriter<byte> output, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after, int limit)
    {
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(4);
        writer.Write((byte)KeyValueQueryKind.Scan);
        writer.Write(prefix);
        writer.Write(after);
        writer.Write(limit);
        writer.Flush();
    }

    /// <summary>Reads a query.</summary>
    /// <param name="bytes">In one piece; the query's spans lie in it.</param>
    /// <param name="query">The query, if the bytes are one.</param>
    /// <returns>Whether the bytes are a query and nothing else. Whether it keeps the limits is not asked here.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out KeyValueQuery query)
    {
        query = default;
        try
        {
            var reader = new MessagePackReader(bytes);
            var fields = reader.ReadArrayHeader();
            var kind = (KeyValueQueryKind)reader.ReadByte();
            if (reader.ReadBytes() is not { } key)
            {
                return false;
            }

            switch (kind, fields)
            {
                case (KeyValueQueryKind.Get, 2):
                    query = new KeyValueQuery(kind, key.FirstSpan);
                    return reader.End;
                case (KeyValueQueryKind.Scan, 4) when reader.ReadBytes() is { } after:
                    query = new KeyValueQuery(kind, key.FirstSpan) { After = after.FirstSpan, Limit = reader.ReadInt32() };
                    return reader.End;
                default:
                    return false;
            }
        }
        catch (MessagePackSerializationException)
        {
            return false;
        }
    }
}
