using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Consensus.Cryptography;

/// <summary>Which paths this machine can take.</summary>
/// <remarks>Every condition is a constant to the JIT compiler, so that <see cref="Best"/> costs nothing where it is used.</remarks>
internal static class Blake3Paths
{
    /// <summary>The fastest path of this machine.</summary>
    public static Blake3Path Best
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsSupported(Blake3Path.Vector512) ? Blake3Path.Vector512
            : IsSupported(Blake3Path.Vector256) ? Blake3Path.Vector256
            : IsSupported(Blake3Path.Vector128) ? Blake3Path.Vector128
            : Blake3Path.Scalar;
    }

    /// <summary>Whether this machine can take <paramref name="path"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSupported(Blake3Path path) => path switch
    {
        Blake3Path.Scalar => true,
        Blake3Path.Vector128 => BitConverter.IsLittleEndian && Vector128.IsHardwareAccelerated,
        Blake3Path.Vector256 => Vector256.IsHardwareAccelerated && Avx2.IsSupported,
        Blake3Path.Vector512 => Vector512.IsHardwareAccelerated && Avx512F.VL.IsSupported,
    };
}
