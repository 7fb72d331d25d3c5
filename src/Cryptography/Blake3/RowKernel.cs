using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Consensus.Cryptography;

/// <summary>
/// Compresses one block at a time, a row of the 4 x 4 state per vector: the four mixings of a column step, or of a diagonal step, are one.
/// </summary>
/// <remarks>
/// A chunk's blocks depend on each other, so what counts here is the length of the chain of dependent instructions, not their number. The
/// chain runs through the second row; that is why the diagonals are lined up by turning the other three rows, and the message likewise.
/// A rotation of x ^ y, y being the later of the two, is x rotated beforehand, combined in one three-way exclusive or with the two shifts
/// of y: a rotation takes two cycles on some processors (Zen 4), a shift one. The two entry points must not be inlined: inside a caller
/// the compiler runs out of its inlining budget, leaves calls in the rounds, and the digest takes six times as long.
/// </remarks>
internal static class RowKernel
{
    // TernaryLogic's truth table of a ^ b ^ c.
    private const byte Xor3 = 0x96;

    /// <summary>
    /// Compresses <paramref name="length"/> bytes from <paramref name="input"/> on, at least one block, the last one zero-padded.
    /// </summary>
    /// <param name="chainingValue">32 bytes, replaced.</param>
    /// <param name="input">The first byte.</param>
    /// <param name="length">How many bytes; zero is one empty block.</param>
    /// <param name="compression">Counter and flags.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Compress(ref byte chainingValue, ref byte input, int length, in Blake3Compression compression)
    {
        Debug.Assert(length >= 0);

        // The last block is padded before the first is compressed: a call in the middle would push the state out of its registers.
        var before = Math.Max(length - 1, 0) & -Blake3Constants.BlockSize;
        var lastLength = length - before;
        scoped ref var last = ref Unsafe.Add(ref input, before);
        Blake3Block padded;
        if (lastLength < Blake3Constants.BlockSize)
        {
            padded = default;
            MemoryMarshal.CreateReadOnlySpan(ref last, lastLength).CopyTo(padded);
            last = ref Unsafe.As<Blake3Block, byte>(ref padded);
        }

        var row0 = Vector128.LoadUnsafe(ref chainingValue).AsUInt32();
        var row1 = Vector128.LoadUnsafe(ref chainingValue, 16).AsUInt32();
        var flags = compression.Flags | compression.First;
        for (; before > 0; before -= Blake3Constants.BlockSize)
        {
            var row3 = LastRow(compression.Counter, Blake3Constants.BlockSize, flags);
            Permute(ref row0, ref row1, out var row2, ref row3, ref input);
            row0 ^= row2;
            row1 ^= row3;
            flags = compression.Flags;
            input = ref Unsafe.Add(ref input, Blake3Constants.BlockSize);
        }

        var lastRow3 = LastRow(compression.Counter, (uint)lastLength, flags | compression.Last);
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
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
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
        d = XorRight16(d, a);
        c += d;
        b = XorRight12(b, c);
        a = a + y + b;
        d = XorRight8(d, a);
        c += d;
        b = XorRight7(b, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> XorRight16(Vector128<uint> early, Vector128<uint> late) => Avx512F.VL.IsSupported
        ? Avx512F.VL.TernaryLogic(Avx512F.VL.RotateRight(early, 16), late >>> 16, late << 16, Xor3)
        : Rotations.Right16(early ^ late);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> XorRight12(Vector128<uint> early, Vector128<uint> late) => Avx512F.VL.IsSupported
        ? Avx512F.VL.TernaryLogic(Avx512F.VL.RotateRight(early, 12), late >>> 12, late << 20, Xor3)
        : Rotations.Right12(early ^ late);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> XorRight8(Vector128<uint> early, Vector128<uint> late) => Avx512F.VL.IsSupported
        ? Avx512F.VL.TernaryLogic(Avx512F.VL.RotateRight(early, 8), late >>> 8, late << 24, Xor3)
        : Rotations.Right8(early ^ late);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> XorRight7(Vector128<uint> early, Vector128<uint> late) => Avx512F.VL.IsSupported
        ? Avx512F.VL.TernaryLogic(Avx512F.VL.RotateRight(early, 7), late >>> 7, late << 25, Xor3)
        : Rotations.Right7(early ^ late);
}
