using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Consensus.Cryptography;

/// <summary>
/// CRC-32C (Castagnoli), the checksum of iSCSI (RFC 3720, section 12.1 and appendix B.4): it finds accidental damage, and nothing else.
/// Whoever can write the data can make the checksum fit.
/// </summary>
/// <remarks>
/// Reflected, with polynomial 0x1EDC6F41, initial value and final exclusive or 0xFFFFFFFF. Processors with SSE4.2 or ARM's CRC instructions
/// take eight bytes per instruction; elsewhere the framework does it by table. Safe to call from several threads.
/// </remarks>
public static class Crc32C
{
    /// <summary>Computes the checksum of <paramref name="data"/>.</summary>
    /// <param name="data">Any length.</param>
    /// <param name="seed">The checksum of what comes before: <c>Compute(b, Compute(a))</c> is the checksum of a followed by b.</param>
    /// <returns>The checksum; zero for no data.</returns>
    public static uint Compute(ReadOnlySpan<byte> data, uint seed = 0)
    {
        var crc = ~seed;
        var words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (var value in data[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
