using System.Buffers.Binary;
using Consensus.Cryptography;

namespace Consensus.Engine;

/// <summary>
/// What surrounds a command in the log: who proposed it, and its number in that session, so that every replica recognises a retry
/// (Ongaro, thesis, section 6.3).
/// </summary>
/// <remarks>
/// Layout, little-endian: kind (1 byte), client (8), sequence (8), acknowledged below (8); then what proves whose it is: nothing, a public key (32, <see cref="CommandKind.OpenSessionWithKey"/>) or a
/// signature (64, <see cref="CommandKind.SignedCommand"/>, of a <see cref="RequestStatement"/>); then the body.
/// For both kinds of opening client is the proposing replica and sequence a number of its choice, by which it recognises the answer; there is no body.
/// </remarks>
public readonly ref struct CommandEnvelope
{
    /// <summary>How many bytes all kinds begin with.</summary>
    public const int HeaderSize = 25;

    /// <summary>How many bytes precede a body at most.</summary>
    public const int OverheadBytesMax = HeaderSize + Signature.Size;

    private readonly ReadOnlySpan<byte> _credential;

    private CommandEnvelope(CommandKind kind, RequestId request, ulong acknowledgedBelow, ReadOnlySpan<byte> credential, ReadOnlySpan<byte> body)
    {
        Kind = kind;
        Request = request;
        AcknowledgedBelow = acknowledgedBelow;
        _credential = credential;
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

    /// <summary>The key of the session that is to be opened; none unless it is an <see cref="CommandKind.OpenSessionWithKey"/>.</summary>
    public PublicKey Key => Kind == CommandKind.OpenSessionWithKey ? new PublicKey(_credential) : default;

    /// <summary>The signature of the session's owner; none unless it is a <see cref="CommandKind.SignedCommand"/>. Whether it is valid is not known yet.</summary>
    public Signature Signature => Kind == CommandKind.SignedCommand ? new Signature(_credential) : default;

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

    /// <summary>Where the body of an envelope begins.</summary>
    /// <param name="payload">An envelope that <see cref="TryRead"/> can read.</param>
    public static int BodyOffset(ReadOnlySpan<byte> payload) => HeaderSize + CredentialSize(payload[0]).GetValueOrDefault();

    /// <summary>Reads an envelope.</summary>
    /// <returns>Whether the bytes are one. If not, the entry has no effect, on every replica alike.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out CommandEnvelope envelope)
    {
        envelope = default;
        if (payload.Length < HeaderSize || CredentialSize(payload[0]) is not { } credentialSize || payload.Length < HeaderSize + credentialSize)
        {
            return false;
        }

        var request = new RequestId(
            new ClientId(BinaryPrimitives.ReadUInt64LittleEndian(payload[1..])),
            BinaryPrimitives.ReadUInt64LittleEndian(payload[9..]));
        var read = new CommandEnvelope(
            (CommandKind)payload[0],
            request,
            BinaryPrimitives.ReadUInt64LittleEndian(payload[17..]),
            payload.Slice(HeaderSize, credentialSize),
            payload[(HeaderSize + credentialSize)..]);
        if (read.Kind == CommandKind.OpenSessionWithKey && !(read.Body.IsEmpty && Ed25519.IsCanonical(read.Key)))
        {
            // Nobody could ever sign for that session.
            return false;
        }

        envelope = read;
        return true;
    }

    /// <summary>How many bytes prove whose an envelope is; null if there is no such kind.</summary>
    private static int? CredentialSize(byte kind) => kind switch
    {
        (byte)CommandKind.OpenSession or (byte)CommandKind.Command or (byte)CommandKind.Seal => 0,
        (byte)CommandKind.OpenSessionWithKey => PublicKey.Size,
        (byte)CommandKind.SignedCommand => Signature.Size,
        _ => null,
    };
}
