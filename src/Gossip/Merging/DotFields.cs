using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Gossip;

/// <summary>How changes are written.</summary>
internal static class DotFields
{
    /// <summary>Writes one.</summary>
    public static void Write(this Dot dot, ref MessagePackWriter writer)
    {
        writer.Write(dot.Origin.Value);
        writer.Write(dot.Number);
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="MessageFormatException">It is none.</exception>
    public static Dot Read(ref MessagePackReader reader)
    {
        var dot = new Dot(new NodeId(reader.ReadUInt32()), reader.ReadUInt64());
        return dot.Origin != NodeId.None && dot.Number > 0 ? dot : throw new MessageFormatException($"There is no change {dot}; allowed: agents and numbers from 1 on.");
    }

    /// <summary>Reads one that comes behind another one.</summary>
    /// <exception cref="MessageFormatException">It does not.</exception>
    public static Dot ReadBehind(ref MessagePackReader reader, Dot last)
    {
        var dot = Read(ref reader);
        return dot > last ? dot : throw new MessageFormatException($"The change {dot} comes behind {last}; allowed: in growing order.");
    }
}
