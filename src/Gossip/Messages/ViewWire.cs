using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Gossip.Membership;
using Consensus.Serialization;

namespace Consensus.Gossip.Messages;

/// <summary>The wire form of what partial views say: the fields in their order, and peers, as many as there are, at the end.</summary>
internal static class ViewWire
{
    private const int StepsMax = 16;
    private const int PeersMax = 64;

    public static bool TryWrite(ref MessagePackWriter writer, GossipMessage message)
    {
        switch (message)
        {
            case ViewJoin m:
                WritePeer(ref writer, m.Self);
                break;
            case ForwardJoin m:
                writer.Write(m.StepsLeft);
                WritePeer(ref writer, m.Joining);
                break;
            case Neighbour m:
                writer.Write((byte)m.Word);
                WritePeer(ref writer, m.Self);
                break;
            case Shuffle m:
                writer.Write(m.StepsLeft);
                WritePeer(ref writer, m.Origin);
                WritePeers(ref writer, m.Peers);
                break;
            case ShuffleAnswer m:
                WritePeers(ref writer, m.Peers);
                break;
            default:
                return false;
        }

        return true;
    }

    /// <returns>The message; <see langword="null"/> if the kind is none of a partial view's.</returns>
    public static GossipMessage? Read(GossipMessageKind kind, ref MessagePackReader reader) => kind switch
    {
        GossipMessageKind.ViewJoin => new ViewJoin(ReadPeer(ref reader)),
        GossipMessageKind.ForwardJoin => new ForwardJoin(ReadSteps(ref reader), ReadPeer(ref reader)),
        GossipMessageKind.Neighbour => new Neighbour(ReadWord(ref reader), ReadPeer(ref reader)),
        GossipMessageKind.Shuffle => new Shuffle(ReadSteps(ref reader), ReadPeer(ref reader), ReadPeers(ref reader)),
        GossipMessageKind.ShuffleAnswer => new ShuffleAnswer(ReadPeers(ref reader)),
        _ => null,
    };

    private static void WritePeers(ref MessagePackWriter writer, ImmutableArray<ViewPeer> peers)
    {
        foreach (var peer in peers)
        {
            WritePeer(ref writer, peer);
        }
    }

    private static void WritePeer(ref MessagePackWriter writer, ViewPeer peer)
    {
        writer.Write(peer.Id.Value);
        writer.Write(peer.Address.AsSpan());
    }

    private static ImmutableArray<ViewPeer> ReadPeers(ref MessagePackReader reader)
    {
        var peers = ImmutableArray.CreateBuilder<ViewPeer>();
        while (!reader.End)
        {
            peers.Add(peers.Count < PeersMax ? ReadPeer(ref reader) : throw new MessageFormatException($"There are more than {PeersMax} peers in a message."));
        }

        return peers.DrainToImmutable();
    }

    private static ViewPeer ReadPeer(ref MessagePackReader reader) => new(MembershipWire.ReadId(ref reader), MembershipWire.ReadAddress(ref reader));

    private static byte ReadSteps(ref MessagePackReader reader)
    {
        var steps = reader.ReadByte();
        return steps <= StepsMax ? steps : throw new MessageFormatException($"A walk has {steps} steps left; allowed: 0 to {StepsMax}.");
    }

    private static NeighbourWord ReadWord(ref MessagePackReader reader)
    {
        var word = (NeighbourWord)reader.ReadByte();
        return word <= NeighbourWord.End ? word : throw new MessageFormatException($"A neighbour's word is {(byte)word}; allowed: 0 to {(byte)NeighbourWord.End}.");
    }
}
