using System.Buffers;

namespace Consensus.Client.Json;

/// <summary>Digests as the API writes them: 64 hexadecimal digits.</summary>
internal static class DigestText
{
    /// <summary>The digest of a text; the zero one if the text is none.</summary>
    public static Digest Parse(string? text)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        return Convert.FromHexString(text ?? "", bytes, out _, out var written) == OperationStatus.Done && written == Digest.Size ? new Digest(bytes) : default;
    }
}
