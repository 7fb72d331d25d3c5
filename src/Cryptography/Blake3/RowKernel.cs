using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Consensus.Cryptography;

/// <summary>
/// Compresses one block at a time, a row of the 4 x 4 state per vector: the four mixings of a column step, or of a diagonal step, are one.
/// </summary>
/// <remarks>
/// A chunk's blocks depend on each other, so what counts here is the length of the chain of dependent instructions, not their number. The
/// chain runs through the second row; that is why the diagonals are lined up by turning the other three rows, and the message likewise.
/// </remarks>
internal static class RowKernel
{
    /// <summary>Compresses <paramref name="length"/> bytes from <paramref name="input"/> on, at least one block, the last one zero-padded.</summary>
    /// <param name="chainingValue">32 bytes, replaced.</param>
    /// <param name="input">The first byte.</param>
    /// <param name="length">How many bytes; zero is one empty block.</param>
    /// <param name="compression">Counter and flags.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress(ref byte chainingValue, ref byte input, int length, in Blake3Compression compression)
    {
        Debug.Assert(length >= 0);
        var row0 = Vector128.LoadUnsafe(ref chainingValue).AsUInt32();
        var row1 = Vector128.LoadUnsafe(ref chainingValue, 16).AsUInt32();
        var counter = compression.Counter;
        var flags = compression.Flags | compression.First;

        while (length > Blake3Constants.BlockSize)
        {
            var row3 = LastRow(counter, Blake3Constants.BlockSize, flags);
            Permute(ref row0, ref row1, out var row2, ref row3, ref input);
            row0 ^= row2;
            row1 ^= row3;
            flags = compression.Flags;
            input = ref Unsafe.Add(ref input, Blake3Constants.BlockSize);
            length -= Blake3Constants.BlockSize;
        }

        scoped ref var last = ref input;
        Blake3Block padded;
        if (length < Blake3Constants.BlockSize)
        {
            padded = default;
            MemoryMarshal.CreateReadOnlySpan(ref input, length).CopyTo(padded);
            last = ref Unsafe.As<Blake3Block, byte>(ref padded);
        }

        var lastRow3 = LastRow(counter, (uint)length, flags | compression.Last);
        Permute(ref row0, ref row1, out var lastRow2, ref lastRow3, ref last);
        (row0 ^ lastRow2).AsByte().StoreUnsafe(ref chainingValue);
        (row1 ^ lastRow3).AsByte().StoreUnsafe(ref chainingValue, 16);
    }

    /// <summary>Computes the whole 64-byte output of one compression, of which a chaining value is the first half.</summary>
    /// <param name="chainingValue">32 bytes.</param>
    /// <param name="block">64 bytes, zero-padded.</param>
    /// <param name="length">How many of them are input.</param>
    /// <param name="counter">The number of the output block.</param>
    /// <param name="flags">All flags.</param>
    /// <param name="output">Where 64 bytes go.</param>
    public static void Expand(ref byte chainingValue, ref byte block, uint length, ulong counter, Blake3Flags flags, ref byte output)
    {
        var low = Vector128.LoadUnsafe(ref chainingValue).AsUInt32();
        var high = Vector128.LoadUnsafe(ref chainingValue, 16).AsUInt32();
        var row0 = low;
        var row1 = high;
        var row3 = LastRow(counter, length, flags);
        Permute(ref row0, ref row1, out var row2, ref row3, ref block);
        (row0 ^ row2).AsByte().StoreUnsafe(ref output);
        (row1 ^ row3).AsByte().StoreUnsafe(ref output, 16);
        (row2 ^ low).AsByte().StoreUnsafe(ref output, 32);
        (row3 ^ high).AsByte().StoreUnsafe(ref output, 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> LastRow(ulong counter, uint length, Blake3Flags flags) =>
        Vector128.Create(counter, length | ((ulong)flags << 32)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Permute(
        ref Vector128<uint> row0, ref Vector128<uint> row1, out Vector128<uint> row2, ref Vector128<uint> row3, scoped ref byte block)
    {
        row2 = Vector128.Create(Blake3Constants.Iv0, Blake3Constants.Iv1, Blake3Constants.Iv2, Blake3Constants.Iv3);
        var message = new RowMessage(ref block);
        for (var round = 1; ; round++)
        {
            Mix(ref row0, ref row1, ref row2, ref row3, message.ColumnsX, message.ColumnsY);

            // Line the diagonals up under the second row: the first row moves right by one, the third left by one, the fourth by two.
            row0 = Vector128.Shuffle(row0, Vector128.Create(3u, 0, 1, 2));
            row3 = Vector128.Shuffle(row3, Vector128.Create(2u, 3, 0, 1));
            row2 = Vector128.Shuffle(row2, Vector128.Create(1u, 2, 3, 0));
            Mix(ref row0, ref row1, ref row2, ref row3, message.DiagonalsX, message.DiagonalsY);
            row0 = Vector128.Shuffle(row0, Vector128.Create(1u, 2, 3, 0));
            row3 = Vector128.Shuffle(row3, Vector128.Create(2u, 3, 0, 1));
            row2 = Vector128.Shuffle(row2, Vector128.Create(3u, 0, 1, 2));

            if (round == Blake3Constants.Rounds)
            {
                return;
            }

            message = message.Next();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(
        ref Vector128<uint> a, ref Vector128<uint> b, ref Vector128<uint> c, ref Vector128<uint> d, Vector128<uint> x, Vector128<uint> y)
    {
        // The message is added to the first row before the second is: one instruction less on the chain.
        a = a + x + b;
        d = Rotations.Right16(d ^ a);
        c += d;
        b = Rotations.Right12(b ^ c);
        a = a + y + b;
        d = Rotations.Right8(d ^ a);
        c += d;
        b = Rotations.Right7(b ^ c);
    }
}
