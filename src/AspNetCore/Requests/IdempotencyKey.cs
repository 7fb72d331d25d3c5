using System.Buffers;
using System.Globalization;
using Consensus.AspNetCore.Problems;
using Consensus.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Consensus.AspNetCore.Requests;

/// <summary>
/// Reads <c>Idempotency-Key: &lt;client&gt;:&lt;sequence&gt;</c>, <c>Idempotency-Acknowledged-Below: &lt;sequence&gt;</c> and, for a session with a
/// public key, <c>Consensus-Signature: &lt;128 hexadecimal digits&gt;</c>.
/// </summary>
/// <remarks>
/// The key names a number in a session that lies in the replicated state, so that a retry finds the first result through every node, after
/// every change of leader and every restart. A key of another form would have to be remembered somewhere: in one node's memory it would be
/// forgotten exactly when it is needed, so it is refused.
/// </remarks>
internal static class IdempotencyKey
{
    public const string HeaderName = "Idempotency-Key";
    public const string AcknowledgedBelowHeaderName = "Idempotency-Acknowledged-Below";
    public const string SignatureHeaderName = "Consensus-Signature";

    /// <summary>In which session the command of a request is proposed, and under which number.</summary>
    public static Parsed<ProposeOptions> Read(HttpRequest request)
    {
        var keys = request.Headers[HeaderName];
        var acknowledged = request.Headers[AcknowledgedBelowHeaderName];
        var signatures = request.Headers[SignatureHeaderName];
        if (keys.Count == 0)
        {
            return acknowledged.Count + signatures.Count == 0
                ? default(ProposeOptions)
                : ProblemType.InvalidIdempotencyKey.With($"{AcknowledgedBelowHeaderName} and {SignatureHeaderName} say something about a session; {HeaderName} must name it.");
        }

        if (keys.Count != 1 || !TryParse(keys[0], out var id))
        {
            return ProblemType.InvalidIdempotencyKey.With(
                $"{HeaderName} must be one <client>:<sequence>, two whole numbers from 1: the client from POST /v1/sessions, the sequence counted by you.");
        }

        var below = 0UL;
        if (acknowledged.Count > 0
            && (acknowledged.Count != 1 || !TryNumber(acknowledged[0], out below) || below > id.Sequence))
        {
            return ProblemType.InvalidIdempotencyKey.With($"{AcknowledgedBelowHeaderName} must be one whole number from 1 up to the key's own sequence, {id.Sequence}.");
        }

        var signature = Array.Empty<byte>();
        if (signatures.Count > 0 && (signatures.Count != 1 || !TrySignature(signatures[0], out signature)))
        {
            return ProblemType.InvalidSignature.With($"{SignatureHeaderName} must be one Ed25519 signature, {2 * Signature.Size} hexadecimal digits.");
        }

        return new ProposeOptions(Request: id, AcknowledgedBelow: below, Signature: signature);
    }

    private static bool TrySignature(ReadOnlySpan<char> text, out byte[] signature)
    {
        signature = new byte[Signature.Size];
        return text.Length == 2 * Signature.Size && Convert.FromHexString(text, signature, out _, out _) == OperationStatus.Done;
    }

    private static bool TryParse(ReadOnlySpan<char> text, out RequestId id)
    {
        // The draft of the header makes it a quoted string; most clients send it bare.
        if (text is ['"', .. var inner, '"'])
        {
            text = inner;
        }

        var colon = text.IndexOf(':');
        if (colon < 0 || !TryNumber(text[..colon], out var client) || !TryNumber(text[(colon + 1)..], out var sequence))
        {
            id = RequestId.None;
            return false;
        }

        id = new RequestId(new ClientId(client), sequence);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
}
