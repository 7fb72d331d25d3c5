using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Consensus.Cryptography;

/// <summary>
/// The four rotations of BLAKE3's mixing function, lane by lane. AVX-512 rotates in one instruction at every width; elsewhere whole bytes
/// move by a byte shuffle, and the rest takes two shifts.
/// </summary>
internal static class Rotations
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Right16(Vector128<uint> v) => Avx512F.VL.IsSupported
        ? Avx512F.VL.RotateRight(v, 16)
        : Vector128.Shuffle(v.AsByte(), Vector128.Create((byte)2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Right12(Vector128<uint> v) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(v, 12) : (v >>> 12) | (v << 20);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Right8(Vector128<uint> v) => Avx512F.VL.IsSupported
        ? Avx512F.VL.RotateRight(v, 8)
        : Vector128.Shuffle(v.AsByte(), Vector128.Create((byte)1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Right7(Vector128<uint> v) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(v, 7) : (v >>> 7) | (v << 25);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Right16(Vector256<uint> v) => Avx512F.VL.IsSupported
        ? Avx512F.VL.RotateRight(v, 16)
        : Avx2.Shuffle(
            v.AsByte(),
            Vector256.Create(Vector128.Create((byte)2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13))).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Right12(Vector256<uint> v) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(v, 12) : (v >>> 12) | (v << 20);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Right8(Vector256<uint> v) => Avx512F.VL.IsSupported
        ? Avx512F.VL.RotateRight(v, 8)
        : Avx2.Shuffle(
            v.AsByte(),
            Vector256.Create(Vector128.Create((byte)1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12))).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Right7(Vector256<uint> v) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(v, 7) : (v >>> 7) | (v << 25);
}
