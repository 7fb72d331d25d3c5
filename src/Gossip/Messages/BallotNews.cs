using System.Buffers;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Gossip.Messages;

/// <summary>A ballot as a rumour, so that all who may vote hear of it.</summary>
internal static class BallotNews
{
    /// <summary>The rumour's kind.</summary>
    public const string Kind = Rumour.ReservedPrefix + "ballot";

    /// <summary>What the rumour says.</summary>
    public static ReadOnlySpan<byte> Encode(Ballot ballot)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        BallotWire.WriteBallot(ref writer, ballot);
        writer.Flush();
        return bytes.WrittenSpan;
    }

    /// <summary>The ballot that a rumour tells; <see langword="null"/> if it tells none.</summary>
    public static Ballot? Find(Rumour rumour)
    {
        if (rumour.Kind != Kind)
        {
            return null;
        }

        try
        {
            var reader = new MessagePackReader(rumour.Unpack());
            var ballot = BallotWire.ReadBallot(ref reader);
            return reader.End ? ballot : null;
        }
        catch (Exception exception) when (exception is InvalidDataException or MessageFormatException or MessagePackSerializationException)
        {
            return null;
        }
    }
}
