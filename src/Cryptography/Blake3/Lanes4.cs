using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Consensus.Cryptography;

/// <summary>Four inputs side by side, on any machine with 128-bit vectors.</summary>
internal readonly struct Lanes4 : ILanes<Vector128<uint>>
{
    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Broadcast(uint word) => Vector128.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Load(ref uint words) => Vector128.LoadUnsafe(ref words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Gather(ref byte input, ref nuint offsets) =>
        Vector128.LoadUnsafe(ref input, offsets).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector128<uint> vector, ref byte output)
    {
        vector.AsByte().StoreUnsafe(ref output);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> InterleaveLow32(Vector128<uint> left, Vector128<uint> right) =>
        Sse2.IsSupported ? Sse2.UnpackLow(left, right)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(left, right)
        : Vector128.Create(left[0], right[0], left[1], right[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> InterleaveHigh32(Vector128<uint> left, Vector128<uint> right) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(left, right)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(left, right)
        : Vector128.Create(left[2], right[2], left[3], right[3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> InterleaveLow64(Vector128<uint> left, Vector128<uint> right) =>
        Sse2.IsSupported ? Sse2.UnpackLow(left.AsUInt64(), right.AsUInt64()).AsUInt32()
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(left.AsUInt64(), right.AsUInt64()).AsUInt32()
        : Vector128.Create(left[0], left[1], right[0], right[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> InterleaveHigh64(Vector128<uint> left, Vector128<uint> right) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(left.AsUInt64(), right.AsUInt64()).AsUInt32()
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(left.AsUInt64(), right.AsUInt64()).AsUInt32()
        : Vector128.Create(left[2], left[3], right[2], right[3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Xor(Vector128<uint> left, Vector128<uint> right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Mix(
        ref Vector128<uint> a, ref Vector128<uint> b, ref Vector128<uint> c, ref Vector128<uint> d, Vector128<uint> x, Vector128<uint> y)
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
