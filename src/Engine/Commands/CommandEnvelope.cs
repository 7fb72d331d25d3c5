using System.Buffers.Binary;

namespace Consensus.Engine;

/// <summary>
/// What surrounds a command in the log: who proposed it, and its number in that session, so that every replica recognises a retry
/// (Ongaro, thesis, section 6.3).
/// </summary>
/// <remarks>
/// Layout, little-endian: kind (1 byte), client (8), sequence (8), acknowledged below (8), body.
/// For <see cref="CommandKind.OpenSession"/> client is the proposing replica and sequence a number of its choice, by which it recognises the
/// answer; there is no body.
/// </remarks>
public readonly ref struct CommandEnvelope
{
    /// <summary>How many bytes precede the body.</summary>
    public const int HeaderSize = 25;

    private CommandEnvelope(CommandKind kind, RequestId request, ulong acknowledgedBelow, ReadOnlySpan<byte> body)
    {
        Kind = kind;
        Request = request;
        AcknowledgedBelow = acknowledgedBelow;
        Body = body;
    }

    /// <summary>What the entry asks for.</summary>
    public CommandKind Kind { get; }

    /// <summary>The session and the command's number in it.</summary>
    public RequestId Request { get; }

    /// <summary>The session's owner has received the results of all commands with smaller numbers.</summary>
    public ulong AcknowledgedBelow { get; }

    /// <summary>The command for the state machine.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>Writes the header in front of a body.</summary>
    /// <param name="destination">At least <see cref="HeaderSize"/> bytes.</param>
    /// <param name="kind">What the entry asks for.</param>
    /// <param name="request">The session and number.</param>
    /// <param name="acknowledgedBelow">The smallest number whose result is still awaited.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static void WriteHeader(Span<byte> destination, CommandKind kind, RequestId request, ulong acknowledgedBelow)
    {
        destination[0] = (byte)kind;
        BinaryPrimitives.WriteUInt64LittleEndian(destination[1..], request.Client.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[9..], request.Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[17..], acknowledgedBelow);
    }

    /// <summary>Reads an envelope.</summary>
    /// <returns>Whether the bytes are one. If not, the entry has no effect, on every replica alike.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out CommandEnvelope envelope)
    {
        envelope = default;
        if (payload.Length < HeaderSize || payload[0] is not ((byte)CommandKind.OpenSession or (byte)CommandKind.Command))
        {
            return false;
        }

        var request = new RequestId(
            new ClientId(BinaryPrimitives.ReadUInt64LittleEndian(payload[1..])),
            BinaryPrimitives.ReadUInt64LittleEndian(payload[9..]));
        envelope = new CommandEnvelope((CommandKind)payload[0], request, BinaryPrimitives.ReadUInt64LittleEndian(payload[17..]), payload[HeaderSize..]);
        return true;
    }
}
