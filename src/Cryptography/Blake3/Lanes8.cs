using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Consensus.Cryptography;

/// <summary>Eight inputs side by side, with AVX2.</summary>
internal readonly struct Lanes8 : ILanes<Vector256<uint>>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Broadcast(uint word) => Vector256.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Load(ref uint words) => Vector256.LoadUnsafe(ref words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Gather(ref byte input, ref nuint offsets) =>
        Vector256.Create(Vector128.LoadUnsafe(ref input, offsets), Vector128.LoadUnsafe(ref input, Unsafe.Add(ref offsets, 4))).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector256<uint> vector, ref byte output)
    {
        vector.GetLower().AsByte().StoreUnsafe(ref output);
        vector.GetUpper().AsByte().StoreUnsafe(ref output, 4 * Blake3Constants.ChainingValueSize);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> InterleaveLow32(Vector256<uint> left, Vector256<uint> right) =>
        Avx2.UnpackLow(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> InterleaveHigh32(Vector256<uint> left, Vector256<uint> right) =>
        Avx2.UnpackHigh(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> InterleaveLow64(Vector256<uint> left, Vector256<uint> right) =>
        Avx2.UnpackLow(left.AsUInt64(), right.AsUInt64()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> InterleaveHigh64(Vector256<uint> left, Vector256<uint> right) =>
        Avx2.UnpackHigh(left.AsUInt64(), right.AsUInt64()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Xor(Vector256<uint> left, Vector256<uint> right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Mix(
        ref Vector256<uint> a, ref Vector256<uint> b, ref Vector256<uint> c, ref Vector256<uint> d, Vector256<uint> x, Vector256<uint> y)
    {
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
