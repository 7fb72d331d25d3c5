using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Consensus.Cryptography;

/// <summary>
/// Compresses one block at a time with 32-bit arithmetic: close to the specification's own words, and right on every machine.
/// </summary>
internal static class ScalarKernel
{
    /// <inheritdoc cref="RowKernel.Compress"/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Compress(ref byte chainingValue, ref byte input, int length, in Blake3Compression compression)
    {
        Debug.Assert(length >= 0);
        var output = MemoryMarshal.CreateSpan(ref chainingValue, Blake3Constants.ChainingValueSize);
        var bytes = MemoryMarshal.CreateReadOnlySpan(ref input, length);
        Span<uint> state = stackalloc uint[16];
        Span<uint> message = stackalloc uint[16];
        var flags = compression.Flags | compression.First;

        while (bytes.Length > Blake3Constants.BlockSize)
        {
            ReadWords(bytes[..Blake3Constants.BlockSize], message);
            Permute(output, message, state, Blake3Constants.BlockSize, compression.Counter, flags);
            WriteFirstHalf(state, output);
            flags = compression.Flags;
            bytes = bytes[Blake3Constants.BlockSize..];
        }

        Blake3Block padded = default;
        bytes.CopyTo(padded);
        ReadWords(padded, message);
        Permute(output, message, state, (uint)bytes.Length, compression.Counter, flags | compression.Last);
        WriteFirstHalf(state, output);
    }

    /// <inheritdoc cref="RowKernel.Expand"/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Expand(ref byte chainingValue, ref byte block, uint length, ulong counter, Blake3Flags flags, ref byte output)
    {
        var input = MemoryMarshal.CreateReadOnlySpan(ref chainingValue, Blake3Constants.ChainingValueSize);
        var destination = MemoryMarshal.CreateSpan(ref output, Blake3Constants.BlockSize);
        Span<uint> state = stackalloc uint[16];
        Span<uint> message = stackalloc uint[16];
        ReadWords(MemoryMarshal.CreateReadOnlySpan(ref block, Blake3Constants.BlockSize), message);
        Permute(input, message, state, length, counter, flags);
        WriteFirstHalf(state, destination);
        for (var i = 0; i < 8; i++)
        {
            var word = state[i + 8] ^ BinaryPrimitives.ReadUInt32LittleEndian(input[(4 * i)..]);
            BinaryPrimitives.WriteUInt32LittleEndian(destination[(32 + (4 * i))..], word);
        }
    }

    private static void Permute(
        ReadOnlySpan<byte> chainingValue, ReadOnlySpan<uint> m, Span<uint> v, uint length, ulong counter, Blake3Flags flags)
    {
        ReadWords(chainingValue, v[..8]);
        v[8] = Blake3Constants.Iv0;
        v[9] = Blake3Constants.Iv1;
        v[10] = Blake3Constants.Iv2;
        v[11] = Blake3Constants.Iv3;
        v[12] = (uint)counter;
        v[13] = (uint)(counter >> 32);
        v[14] = length;
        v[15] = (uint)flags;

        var schedule = Blake3Constants.Schedule;
        for (var round = 0; round < Blake3Constants.Rounds; round++)
        {
            var s = schedule.Slice(16 * round, 16);
            Mix(ref v[0], ref v[4], ref v[8], ref v[12], m[s[0]], m[s[1]]);
            Mix(ref v[1], ref v[5], ref v[9], ref v[13], m[s[2]], m[s[3]]);
            Mix(ref v[2], ref v[6], ref v[10], ref v[14], m[s[4]], m[s[5]]);
            Mix(ref v[3], ref v[7], ref v[11], ref v[15], m[s[6]], m[s[7]]);
            Mix(ref v[0], ref v[5], ref v[10], ref v[15], m[s[8]], m[s[9]]);
            Mix(ref v[1], ref v[6], ref v[11], ref v[12], m[s[10]], m[s[11]]);
            Mix(ref v[2], ref v[7], ref v[8], ref v[13], m[s[12]], m[s[13]]);
            Mix(ref v[3], ref v[4], ref v[9], ref v[14], m[s[14]], m[s[15]]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref uint a, ref uint b, ref uint c, ref uint d, uint x, uint y)
    {
        a += b + x;
        d = BitOperations.RotateRight(d ^ a, 16);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 12);
        a += b + y;
        d = BitOperations.RotateRight(d ^ a, 8);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 7);
    }

    private static void ReadWords(ReadOnlySpan<byte> bytes, Span<uint> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]);
        }
    }

    private static void WriteFirstHalf(ReadOnlySpan<uint> state, Span<byte> output)
    {
        for (var i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(output[(4 * i)..], state[i] ^ state[i + 8]);
        }
    }
}
