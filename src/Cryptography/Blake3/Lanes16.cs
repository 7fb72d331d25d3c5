using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Consensus.Cryptography;

/// <summary>Sixteen inputs side by side, with AVX-512.</summary>
internal readonly struct Lanes16 : ILanes<Vector512<uint>>
{
    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Broadcast(uint word) => Vector512.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Load(ref uint words) => Vector512.LoadUnsafe(ref words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Gather(ref byte input, ref nuint offsets) =>
        Vector512.Create(
            Vector256.Create(Vector128.LoadUnsafe(ref input, offsets), Vector128.LoadUnsafe(ref input, Unsafe.Add(ref offsets, 4))),
            Vector256.Create(
                Vector128.LoadUnsafe(ref input, Unsafe.Add(ref offsets, 8)),
                Vector128.LoadUnsafe(ref input, Unsafe.Add(ref offsets, 12)))).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector512<uint> vector, ref byte output)
    {
        vector.GetLower().GetLower().AsByte().StoreUnsafe(ref output);
        vector.GetLower().GetUpper().AsByte().StoreUnsafe(ref output, 4 * Blake3Constants.ChainingValueSize);
        vector.GetUpper().GetLower().AsByte().StoreUnsafe(ref output, 8 * Blake3Constants.ChainingValueSize);
        vector.GetUpper().GetUpper().AsByte().StoreUnsafe(ref output, 12 * Blake3Constants.ChainingValueSize);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> InterleaveLow32(Vector512<uint> left, Vector512<uint> right) =>
        Avx512F.UnpackLow(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> InterleaveHigh32(Vector512<uint> left, Vector512<uint> right) =>
        Avx512F.UnpackHigh(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> InterleaveLow64(Vector512<uint> left, Vector512<uint> right) =>
        Avx512F.UnpackLow(left.AsUInt64(), right.AsUInt64()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> InterleaveHigh64(Vector512<uint> left, Vector512<uint> right) =>
        Avx512F.UnpackHigh(left.AsUInt64(), right.AsUInt64()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Xor(Vector512<uint> left, Vector512<uint> right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Mix(
        ref Vector512<uint> a, ref Vector512<uint> b, ref Vector512<uint> c, ref Vector512<uint> d, Vector512<uint> x, Vector512<uint> y)
    {
        a = a + x + b;
        d = Avx512F.RotateRight(d ^ a, 16);
        c += d;
        b = Avx512F.RotateRight(b ^ c, 12);
        a = a + y + b;
        d = Avx512F.RotateRight(d ^ a, 8);
        c += d;
        b = Avx512F.RotateRight(b ^ c, 7);
    }
}
