using System.Buffers.Binary;
using System.Text;
using Consensus.Cryptography;

namespace Consensus.Gossip;

/// <summary>A message that all of a swarm are to hear. Immutable; safe to share between threads.</summary>
/// <remarks>Its bytes travel as its origin has packed them (<see cref="RumourPacking"/>): whoever tells it on neither unpacks nor packs it.</remarks>
public sealed class Rumour
{
    /// <summary>How many characters a kind has at most.</summary>
    public const int KindLengthMax = 64;

    /// <summary>What the kinds begin with that are the swarm's own.</summary>
    public const string ReservedPrefix = "consensus.";

    /// <summary>What surrounds the packed bytes in a message, at most.</summary>
    internal const int OverheadBytes = 64 + KindLengthMax;

    private Rumour(RumourId id, NodeId origin, ulong sequence, string kind, RumourPriority priority, Timestamp time, int length, ReadOnlyMemory<byte> packed, byte hops) =>
        (Id, Origin, Sequence, Kind, Priority, Time, Length, Packed, Hops) = (id, origin, sequence, kind, priority, time, length, packed, hops);

    /// <summary>Which one it is.</summary>
    public RumourId Id { get; }

    /// <summary>Who says that it comes from him: whoever tells it could have made that up. What must be certain is signed in the payload.</summary>
    public NodeId Origin { get; }

    /// <summary>Which one of its origin's.</summary>
    public ulong Sequence { get; }

    /// <summary>What kind of message it is, as the application names it: 1 to <see cref="KindLengthMax"/> letters, digits, <c>-</c>, <c>.</c> and <c>_</c>.</summary>
    public string Kind { get; }

    /// <summary>What is told first.</summary>
    public RumourPriority Priority { get; }

    /// <summary>When it was told first, as its origin's clock shows.</summary>
    public Timestamp Time { get; }

    /// <summary>How many bytes the payload has.</summary>
    public int Length { get; }

    /// <summary>How many members have told it on before it came here.</summary>
    public byte Hops { get; }

    /// <summary>The payload as it travels.</summary>
    internal ReadOnlyMemory<byte> Packed { get; }

    /// <summary>What it counts as in bounds of bytes.</summary>
    internal int Cost => OverheadBytes + Packed.Length;

    /// <summary>The payload.</summary>
    /// <exception cref="InvalidDataException">Its origin has packed something else than it says.</exception>
    public ReadOnlyMemory<byte> Unpack() => RumourPacking.Unpack(Packed, Length);

    /// <summary>Whether it may be a kind.</summary>
    public static bool IsKind(string kind) => kind.Length is > 0 and <= KindLengthMax && kind.All(each => char.IsAsciiLetterOrDigit(each) || each is '-' or '.' or '_');

    /// <summary>Whether a kind is the swarm's own, and no application's.</summary>
    public static bool IsReserved(string kind) => kind.StartsWith(ReservedPrefix, StringComparison.Ordinal);

    /// <summary>Whether its id is that of what it says: what was not told on as it began has another.</summary>
    internal bool IsWhole => Id == ComputeId();

    /// <summary>A rumour that begins here.</summary>
    internal static Rumour Begin(NodeId origin, ulong sequence, string kind, RumourPriority priority, Timestamp time, ReadOnlySpan<byte> payload, int compressFrom)
    {
        var rumour = new Rumour(default, origin, sequence, kind, priority, time, payload.Length, RumourPacking.Pack(payload, compressFrom), hops: 0);
        return rumour.With(rumour.ComputeId(), rumour.Packed, hops: 0);
    }

    /// <summary>A rumour as another member tells it; nothing of it was looked at, and its bytes lie in memory that is used again.</summary>
    internal static Rumour Read(RumourId id, NodeId origin, ulong sequence, string kind, RumourPriority priority, Timestamp time, int length, ReadOnlyMemory<byte> packed, byte hops) =>
        new(id, origin, sequence, kind, priority, time, length, packed, hops);

    /// <summary>The same, as this member tells it on, in memory of its own.</summary>
    internal Rumour ToldOn() => With(Id, Packed.ToArray(), (byte)Math.Min(byte.MaxValue, Hops + 1));

    private Rumour With(RumourId id, ReadOnlyMemory<byte> packed, byte hops) => new(id, Origin, Sequence, Kind, Priority, Time, Length, packed, hops);

    private RumourId ComputeId()
    {
        // Field for field, each of a known length but for the last two, whose lengths are among them: no two rumours give the same bytes.
        const int Head = sizeof(uint) + sizeof(ulong) + 1 + sizeof(long) + sizeof(int) + 1;
        var kind = Encoding.ASCII.GetBytes(Kind);
        var bytes = new byte[Head + kind.Length + Packed.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Origin.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(4), Sequence);
        bytes[12] = (byte)Priority;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(13), Time.UnixMilliseconds);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(21), Length);
        bytes[25] = (byte)kind.Length;
        kind.CopyTo(bytes, Head);
        Packed.Span.CopyTo(bytes.AsSpan(Head + kind.Length));
        return RumourId.Of(Blake3.Hash(bytes));
    }
}
