using System.IO.Compression;

namespace Consensus.Gossip;

/// <summary>How payloads travel: as they are, or compressed (Brotli, RFC 7932) where that makes them shorter. A length that is not that of the bytes says that they are.</summary>
internal static class RumourPacking
{
    private const int Quality = 4;
    private const int Window = 20;

    /// <summary>Packs a payload.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="from">How long it must be to be compressed.</param>
    /// <returns>Memory of its own.</returns>
    public static ReadOnlyMemory<byte> Pack(ReadOnlySpan<byte> payload, int from)
    {
        if (payload.Length >= from)
        {
            // Into one byte less than it has: what does not become shorter is left as it is.
            var shorter = new byte[payload.Length - 1];
            if (BrotliEncoder.TryCompress(payload, shorter, out var written, Quality, Window))
            {
                return shorter.AsMemory(0, written);
            }
        }

        return payload.ToArray();
    }

    /// <summary>The payload.</summary>
    /// <param name="packed">As it travels.</param>
    /// <param name="length">How long it is: no more memory is taken.</param>
    /// <exception cref="InvalidDataException">It is no such payload.</exception>
    public static ReadOnlyMemory<byte> Unpack(ReadOnlyMemory<byte> packed, int length)
    {
        if (packed.Length == length)
        {
            return packed;
        }

        var payload = new byte[length];
        return BrotliDecoder.TryDecompress(packed.Span, payload, out var written) && written == length
            ? payload
            : throw new InvalidDataException($"A rumour says that it has {length} bytes; its {packed.Length} packed ones are not those.");
    }
}
