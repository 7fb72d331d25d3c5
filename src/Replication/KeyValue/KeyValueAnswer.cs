using System.Buffers;
using Consensus.Replication.State;
using Consensus.Serialization;

namespace Consensus.Replication.KeyValue;

/// <summary>
/// Answers as MessagePack. To a command: <c>[rejection, existed, version]</c>. To a query that was rejected: <c>[rejection]</c>; to a get:
/// <c>[0, version, value]</c>, with version 0 and nil if there is none; to a scan: <c>[0, [[key, version, value], …], has more]</c>.
/// </summary>
internal static class KeyValueAnswer
{
    public static void WriteOutcome(IBufferWriter<byte> output, KeyValueRejection rejection, bool existed, LogIndex version)
    {
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(3);
        writer.Write((byte)rejection);
        writer.Write(existed);
        writer.Write(version.Value);
        writer.Flush();
    }

    public static void WriteRejection(IBufferWriter<byte> output, KeyValueRejection rejection)
    {
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(1);
        writer.Write((byte)rejection);
        writer.Flush();
    }

    public static void WriteValue(IBufferWriter<byte> output, in StoredValue value)
    {
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(3);
        writer.Write((byte)KeyValueRejection.None);
        writer.Write(value.Version.Value);
        if (value.Exists)
        {
            writer.Write(value.Value.Span);
        }
        else
        {
            writer.WriteNil();
        }

        writer.Flush();
    }

    /// <summary>Writes the first entries of a scan, as many as its limit and <see cref="KeyValueLimits.ScanBytesMax"/> allow.</summary>
    public static void WriteEntries(IBufferWriter<byte> output, StateTree tree, in KeyValueQuery query)
    {
        // The number of entries is written before them, so they are gone through twice.
        var count = CountThatFit(tree.Scan(query.Key, query.After), query.Limit, out var hasMore);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(3);
        writer.Write((byte)KeyValueRejection.None);
        writer.WriteArrayHeader(count);
        foreach (var entry in tree.Scan(query.Key, query.After))
        {
            if (count-- == 0)
            {
                break;
            }

            var stored = StoredValue.Read(entry.Value);
            writer.WriteArrayHeader(3);
            writer.Write(entry.Key.Span);
            writer.Write(stored.Version.Value);
            writer.Write(stored.Value.Span);
        }

        writer.Write(hasMore);
        writer.Flush();
    }

    public static WriteResult ReadOutcome(in ProposeResult proposal)
    {
        var reader = new MessagePackReader(proposal.Result);
        reader.ReadArrayHeader();
        var rejection = (KeyValueRejection)reader.ReadByte();
        var existed = reader.ReadBoolean();
        return new WriteResult(proposal.Status, proposal.Refusal, rejection, proposal.Index, existed, new LogIndex(reader.ReadUInt64()));
    }

    public static ReadResult ReadValue(in QueryResult answer)
    {
        var reader = new MessagePackReader(answer.Result);
        reader.ReadArrayHeader();
        var rejection = (KeyValueRejection)reader.ReadByte();
        if (rejection != KeyValueRejection.None)
        {
            return new ReadResult(answer.Refusal, rejection, answer.Index, IsFound: false, LogIndex.Zero, default);
        }

        var version = new LogIndex(reader.ReadUInt64());
        var value = reader.ReadBytes();
        return new ReadResult(answer.Refusal, rejection, answer.Index, value.HasValue, version, value.GetValueOrDefault().First);
    }

    public static ScanResult ReadEntries(in QueryResult answer)
    {
        var reader = new MessagePackReader(answer.Result);
        reader.ReadArrayHeader();
        var rejection = (KeyValueRejection)reader.ReadByte();
        if (rejection != KeyValueRejection.None)
        {
            return new ScanResult(answer.Refusal, rejection, answer.Index, [], HasMore: false);
        }

        var entries = new KeyValueEntry[reader.ReadArrayHeader()];
        for (var i = 0; i < entries.Length; i++)
        {
            reader.ReadArrayHeader();
            var key = reader.ReadBytes().GetValueOrDefault().First;
            var version = new LogIndex(reader.ReadUInt64());
            entries[i] = new KeyValueEntry(key, reader.ReadBytes().GetValueOrDefault().First, version);
        }

        return new ScanResult(answer.Refusal, rejection, answer.Index, entries, reader.ReadBoolean());
    }

    private static int CountThatFit(StateTreeScan scan, int limit, out bool hasMore)
    {
        var count = 0;
        var bytes = 0L;
        foreach (var entry in scan)
        {
            bytes += entry.Key.Length + entry.Value.Length;
            if (count == limit || (count > 0 && bytes > KeyValueLimits.ScanBytesMax))
            {
                hasMore = true;
                return count;
            }

            count++;
        }

        hasMore = false;
        return count;
    }
}
