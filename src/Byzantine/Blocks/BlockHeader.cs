using System.Buffers;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Byzantine;

/// <summary>What the last entry of a block says about the block.</summary>
/// <param name="Number">The block's number.</param>
/// <param name="Digest">What was agreed on.</param>
/// <param name="Time">The proposer's clock, which the digest covers; the entries' own time may be later.</param>
/// <param name="Batches">Whose commands the entries before are.</param>
internal readonly record struct BlockHeader(SequenceNumber Number, Digest Digest, Timestamp Time, BatchPlace[] Batches)
{
    private const int BatchBytesMin = 3;

    public int CommandCount => Batches.Sum(batch => batch.CommandCount);

    /// <summary>The header of a block that gets a number.</summary>
    public static BlockHeader Of(SequenceNumber number, Block block)
    {
        var places = new BatchPlace[block.Batches.Length];
        for (var i = 0; i < places.Length; i++)
        {
            var batch = block.Batches[i];
            places[i] = new BatchPlace(batch.Origin, batch.Number, batch.Commands.Length);
        }

        return new BlockHeader(number, block.Digest, block.Time, places);
    }

    public void Write(IBufferWriter<byte> destination)
    {
        Span<byte> digest = stackalloc byte[Digest.Size];
        Digest.CopyTo(digest);
        var writer = new MessagePackWriter(destination);
        writer.Write(Number.Value);
        writer.Write(digest);
        writer.Write(Time.UnixMilliseconds);
        writer.WriteArrayHeader(Batches.Length);
        foreach (var batch in Batches)
        {
            writer.Write(batch.Origin.Value);
            writer.Write(batch.Number);
            writer.Write(batch.CommandCount);
        }

        writer.Flush();
    }

    /// <summary>Reads a header from the replica's own log.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.StorageCorrupt"/>: the bytes are no header, or belong to another block.</exception>
    public static BlockHeader Read(in LogEntry entry, SequenceNumber expected)
    {
        try
        {
            var reader = new MessagePackReader(entry.Payload);
            var number = new SequenceNumber(reader.ReadUInt64());
            var digest = WireFields.ReadDigest(ref reader);
            var time = new Timestamp(reader.ReadInt64());
            var count = reader.ReadArrayHeader();
            if (number != expected || count > entry.Payload.Length / BatchBytesMin)
            {
                throw Corrupt(entry, $"it is of block {number} with {count} batches; block {expected} follows");
            }

            var batches = new BatchPlace[count];
            for (var i = 0; i < count; i++)
            {
                batches[i] = new BatchPlace(new NodeId(reader.ReadUInt32()), reader.ReadUInt64(), reader.ReadInt32());
            }

            return new BlockHeader(number, digest, time, batches);
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or MessageFormatException)
        {
            throw Corrupt(entry, exception.Message);
        }
    }

    private static ConsensusException Corrupt(in LogEntry entry, string why) =>
        new(ConsensusFailure.StorageCorrupt, $"Entry {entry.Index} of the log should end a block: {why}.");
}
