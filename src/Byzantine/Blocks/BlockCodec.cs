using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Byzantine;

/// <summary>The wire form of batches and blocks. What is read refers to the frame.</summary>
public static class BlockCodec
{
    private const int BatchBytesMin = 4;

    /// <summary>Writes a batch, with its signature if it has one.</summary>
    public static void Write(ref MessagePackWriter writer, CommandBatch batch)
    {
        writer.Write(batch.Origin.Value);
        writer.Write(batch.Number);
        if (batch.Signature.IsNone)
        {
            writer.WriteNil();
        }
        else
        {
            WireFields.WriteSignature(ref writer, batch.Signature);
        }

        writer.WriteArrayHeader(batch.Commands.Length);
        foreach (var command in batch.Commands)
        {
            writer.Write(command.Span);
        }
    }

    /// <summary>Reads a batch.</summary>
    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    public static CommandBatch ReadBatch(ref MessagePackReader reader)
    {
        var origin = new NodeId(reader.ReadUInt32());
        var number = reader.ReadUInt64();
        var signature = reader.TryReadNil() ? default : WireFields.ReadSignature(ref reader);
        var commands = new ReadOnlyMemory<byte>[WireFields.ReadCount(ref reader, bytesEachMin: 1)];
        for (var i = 0; i < commands.Length; i++)
        {
            commands[i] = WireFields.ReadBytes(ref reader);
        }

        return new CommandBatch(origin, number, commands, signature);
    }

    /// <summary>Writes a block.</summary>
    public static void Write(ref MessagePackWriter writer, Block block)
    {
        writer.Write(block.Time.UnixMilliseconds);
        writer.WriteArrayHeader(block.Batches.Length);
        foreach (var batch in block.Batches)
        {
            Write(ref writer, batch);
        }
    }

    /// <summary>Reads a block.</summary>
    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    public static Block ReadBlock(ref MessagePackReader reader)
    {
        var time = new Timestamp(reader.ReadInt64());
        var batches = new CommandBatch[WireFields.ReadCount(ref reader, BatchBytesMin)];
        for (var i = 0; i < batches.Length; i++)
        {
            batches[i] = ReadBatch(ref reader);
        }

        return new Block(time, batches);
    }
}
