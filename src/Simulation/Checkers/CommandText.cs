using System.Text;
using Consensus.Engine;

namespace Consensus.Simulation.Checkers;

/// <summary>How a command is shown in reports: whose it is, and its bytes.</summary>
internal static class CommandText
{
    private const int BytesMax = 96;

    public static string Of(ReadOnlySpan<byte> payload)
    {
        if (!CommandEnvelope.TryRead(payload, out var envelope))
        {
            return $"{payload.Length} bytes without an envelope: {Bytes(payload)}";
        }

        return envelope.Kind is CommandKind.OpenSession or CommandKind.OpenSessionWithKey
            ? $"opening of a session, request {envelope.Request}"
            : $"command {Bytes(envelope.Body)} of request {envelope.Request}";
    }

    /// <summary>What can be printed as it is, the rest as numbers.</summary>
    private static string Bytes(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder("\"");
        foreach (var value in bytes[..Math.Min(bytes.Length, BytesMax)])
        {
            var isPlain = value is >= 0x20 and < 0x7f and not (byte)'"' and not (byte)'\\';
            text.Append(isPlain ? ((char)value).ToString() : $"\\x{value:x2}");
        }

        return text.Append(bytes.Length > BytesMax ? $"…\" ({bytes.Length} bytes)" : "\"").ToString();
    }
}
