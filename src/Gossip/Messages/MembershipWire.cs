using System.Collections.Immutable;
using System.Text;
using Consensus.Engine;
using Consensus.Gossip.Membership;
using Consensus.Serialization;

namespace Consensus.Gossip.Messages;

/// <summary>The wire form of what the membership core says: the fields in their order. News comes last and needs no count, for it goes on to the end of the message: without any, a ping has two bytes.</summary>
internal static class MembershipWire
{
    private const int ClaimBytesMin = 5;
    private const int PingNumberMax = 127;

    public static bool TryWrite(ref MessagePackWriter writer, GossipMessage message)
    {
        switch (message)
        {
            case Ping m:
                writer.Write(m.Number);
                WriteClaims(ref writer, m.News);
                break;
            case Ack m:
                writer.Write(m.Number);
                WriteClaims(ref writer, m.News);
                break;
            case PingRequest m:
                WriteRelayed(ref writer, m.Number, m.Target, m.News);
                break;
            case RelayedAck m:
                WriteRelayed(ref writer, m.Number, m.Target, m.News);
                break;
            case Nack m:
                WriteRelayed(ref writer, m.Number, m.Target, m.News);
                break;
            case StreamPing m:
                writer.Write(m.Number);
                break;
            case MemberNews m:
                WriteClaims(ref writer, m.News);
                break;
            case JoinRequest m:
                WriteClaim(ref writer, m.Self);
                break;
            case StateDigest m:
                writer.Write(m.Digest);
                break;
            case StateExchange m:
                writer.Write(m.WantsAnswer);
                WriteClaims(ref writer, m.Members);
                break;
            default:
                return false;
        }

        return true;
    }

    /// <returns>The message; <see langword="null"/> if the kind is none of this core's.</returns>
    public static GossipMessage? Read(GossipMessageKind kind, ref MessagePackReader reader) => kind switch
    {
        GossipMessageKind.Ping => new Ping(ReadNumber(ref reader), ReadClaims(ref reader)),
        GossipMessageKind.Ack => new Ack(ReadNumber(ref reader), ReadClaims(ref reader)),
        GossipMessageKind.PingRequest => new PingRequest(ReadNumber(ref reader), ReadId(ref reader), ReadClaims(ref reader)),
        GossipMessageKind.RelayedAck => new RelayedAck(ReadNumber(ref reader), ReadId(ref reader), ReadClaims(ref reader)),
        GossipMessageKind.Nack => new Nack(ReadNumber(ref reader), ReadId(ref reader), ReadClaims(ref reader)),
        GossipMessageKind.StreamPing => new StreamPing(ReadNumber(ref reader)),
        GossipMessageKind.MemberNews => new MemberNews(ReadClaims(ref reader)),
        GossipMessageKind.JoinRequest => new JoinRequest(ReadClaim(ref reader)),
        GossipMessageKind.StateDigest => new StateDigest(reader.ReadUInt64()),
        GossipMessageKind.StateExchange => new StateExchange(reader.ReadBoolean(), ReadClaims(ref reader)),
        _ => null,
    };

    /// <summary>How many bytes a claim takes.</summary>
    public static int LengthOf(MemberClaim claim)
    {
        var address = Encoding.UTF8.GetByteCount(claim.Address);
        var length = 1 + LengthOf(claim.Id.Value) + LengthOf(claim.Version.Instance) + LengthOf(claim.Version.Incarnation) + (address < 32 ? 1 : 2) + address;
        if (claim.State is SwarmMemberState.Suspect or SwarmMemberState.Dead)
        {
            length++;
            foreach (var accuser in claim.Accusers)
            {
                length += LengthOf(accuser.Value);
            }
        }

        return claim.IsLive ? length : length + LengthOf(claim.Age);
    }

    private static int LengthOf(ulong number) => number switch
    {
        < 128 => 1,
        <= byte.MaxValue => 2,
        <= ushort.MaxValue => 3,
        <= uint.MaxValue => 5,
        _ => 9,
    };

    /// <summary>Reads a member's number.</summary>
    public static NodeId ReadId(ref MessagePackReader reader)
    {
        var id = new NodeId(reader.ReadUInt32());
        return id != NodeId.None ? id : throw new MessageFormatException("A member's number is 0; allowed: 1 or more.");
    }

    /// <summary>Reads a member's address.</summary>
    public static string ReadAddress(ref MessagePackReader reader)
    {
        var address = reader.ReadString() ?? throw new MessageFormatException("A member's address is nil.");
        return Encoding.UTF8.GetByteCount(address) <= MemberClaim.AddressBytesMax ? address : throw new MessageFormatException($"A member's address is longer than {MemberClaim.AddressBytesMax} bytes.");
    }

    private static void WriteRelayed(ref MessagePackWriter writer, byte number, NodeId target, ImmutableArray<MemberClaim> news)
    {
        writer.Write(number);
        writer.Write(target.Value);
        WriteClaims(ref writer, news);
    }

    private static void WriteClaims(ref MessagePackWriter writer, ImmutableArray<MemberClaim> claims)
    {
        foreach (var claim in claims)
        {
            WriteClaim(ref writer, claim);
        }
    }

    private static void WriteClaim(ref MessagePackWriter writer, MemberClaim claim)
    {
        writer.Write((byte)claim.State);
        writer.Write(claim.Id.Value);
        writer.Write(claim.Version.Instance);
        writer.Write(claim.Version.Incarnation);
        writer.Write(claim.Address.AsSpan());
        if (claim.State is SwarmMemberState.Suspect or SwarmMemberState.Dead)
        {
            writer.WriteArrayHeader(claim.Accusers.Length);
            foreach (var accuser in claim.Accusers)
            {
                writer.Write(accuser.Value);
            }
        }

        if (!claim.IsLive)
        {
            writer.Write(claim.Age);
        }
    }

    private static ImmutableArray<MemberClaim> ReadClaims(ref MessagePackReader reader)
    {
        if (reader.End)
        {
            return [];
        }

        var claims = ImmutableArray.CreateBuilder<MemberClaim>((int)Math.Min(64, (reader.Sequence.Length - reader.Consumed) / ClaimBytesMin));
        while (!reader.End)
        {
            claims.Add(ReadClaim(ref reader));
        }

        return claims.DrainToImmutable();
    }

    private static MemberClaim ReadClaim(ref MessagePackReader reader)
    {
        var state = (SwarmMemberState)reader.ReadByte();
        if (state > SwarmMemberState.Left)
        {
            throw new MessageFormatException($"A member's state is {(byte)state}; allowed: 0 to {(byte)SwarmMemberState.Left}.");
        }

        var id = ReadId(ref reader);
        var instance = reader.ReadUInt64();
        if (instance > MemberVersion.InstanceMax)
        {
            throw new MessageFormatException($"A member's instance is {instance}; allowed: 0 to {MemberVersion.InstanceMax}.");
        }

        var version = new MemberVersion(instance, reader.ReadUInt32());
        var address = ReadAddress(ref reader);
        ImmutableArray<NodeId> accusers = state is SwarmMemberState.Suspect or SwarmMemberState.Dead ? ReadAccusers(ref reader) : [];
        return new MemberClaim(id, address, version, state, accusers, state is SwarmMemberState.Dead or SwarmMemberState.Left ? reader.ReadUInt32() : 0);
    }

    private static ImmutableArray<NodeId> ReadAccusers(ref MessagePackReader reader)
    {
        var count = WireFields.ReadCount(ref reader, 1);
        if (count is < 1 or > MemberClaim.AccusersMax)
        {
            throw new MessageFormatException($"A member has {count} accusers; allowed: 1 to {MemberClaim.AccusersMax}.");
        }

        var accusers = ImmutableArray.CreateBuilder<NodeId>(count);
        for (var i = 0; i < count; i++)
        {
            var accuser = ReadId(ref reader);
            if (i > 0 && accuser <= accusers[i - 1])
            {
                throw new MessageFormatException($"The accuser {accuser} comes behind {accusers[i - 1]}; allowed: in growing order.");
            }

            accusers.Add(accuser);
        }

        return accusers.MoveToImmutable();
    }

    private static byte ReadNumber(ref MessagePackReader reader)
    {
        var number = reader.ReadByte();
        return number <= PingNumberMax ? number : throw new MessageFormatException($"A ping's number is {number}; allowed: 0 to {PingNumberMax}.");
    }
}
