using System.Buffers.Binary;

namespace Consensus.Cryptography;

/// <summary>
/// Which bytes may stand for a point or a scalar in a signature that is checked: one encoding for each value, and no point of small order. Decided on the bytes alone.
/// </summary>
/// <remarks>
/// <para>RFC 8032 asks for canonical S and for decoding that fails on y ≥ p, libraries do either or not, and none of them has to refuse small orders
/// (Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", 2020, table 5). A key of small order verifies one signature for many messages.</para>
/// <para>Sign bits of x = 0 need no rule of their own: only y = 1 and y = p − 1 have x = 0, and both are of small order.</para>
/// </remarks>
internal static class StrictEncoding
{
    /// <summary>The length of an encoded point.</summary>
    public const int PointSize = 32;

    // p = 2^255 − 19, in four words of 64 bits, lowest first.
    private const ulong FieldWord0 = 0xFFFF_FFFF_FFFF_FFED;
    private const ulong FieldWords12 = 0xFFFF_FFFF_FFFF_FFFF;
    private const ulong FieldWord3 = 0x7FFF_FFFF_FFFF_FFFF;

    // L = 2^252 + 27742317777372353535851937790883648493, the order of the base point (RFC 8032, section 5.1).
    private const ulong OrderWord0 = 0x5812_631A_5CF5_D3ED;
    private const ulong OrderWord1 = 0x14DE_F9DE_A2F7_9CD6;
    private const ulong OrderWord2 = 0;
    private const ulong OrderWord3 = 0x1000_0000_0000_0000;

    /// <summary>Whether bytes may stand for a point: y &lt; p, and not of order 1, 2, 4 or 8. Whether it is on the curve is not looked at.</summary>
    public static bool IsPoint(ReadOnlySpan<byte> encoded)
    {
        var (y0, y1, y2, y3) = Words(encoded);
        y3 &= FieldWord3;
        return IsBelowField(y0, y1, y2, y3) && !IsOfSmallOrder(y0, y1, y2, y3);
    }

    /// <summary>Whether bytes may stand for a scalar: S &lt; L. Otherwise S + L would be a second signature of the same message.</summary>
    public static bool IsScalar(ReadOnlySpan<byte> encoded)
    {
        var (s0, s1, s2, s3) = Words(encoded);
        return s3 != OrderWord3 ? s3 < OrderWord3
            : s2 != OrderWord2 ? s2 < OrderWord2
            : s1 != OrderWord1 ? s1 < OrderWord1
            : s0 < OrderWord0;
    }

    private static bool IsBelowField(ulong y0, ulong y1, ulong y2, ulong y3) =>
        y3 < FieldWord3 || (y2 & y1) != FieldWords12 || y0 < FieldWord0;

    /// <summary>The eight points of the torsion subgroup have five values of y; the sign of x makes no difference.</summary>
    private static bool IsOfSmallOrder(ulong y0, ulong y1, ulong y2, ulong y3) => y0 switch
    {
        // (±√−1, 0) of order 4, and the neutral element (0, 1).
        0 or 1 => (y1 | y2 | y3) == 0,

        // (0, −1), of order 2.
        FieldWord0 - 1 => (y1 & y2) == FieldWords12 && y3 == FieldWord3,

        // The four points of order 8.
        0xB027_B2C2_8F95_E826 => y1 == 0xF098_EFF2_89F4_C345 && y2 == 0x3933_C6D3_05AC_DFD5 && y3 == 0x05FC_536D_8802_38B1,
        0x4FD8_4D3D_706A_17C7 => y1 == 0x0F67_100D_760B_3CBA && y2 == 0xC6CC_392C_FA53_202A && y3 == 0x7A03_AC92_77FD_C74E,
        _ => false,
    };

    private static (ulong Word0, ulong Word1, ulong Word2, ulong Word3) Words(ReadOnlySpan<byte> encoded) => (
        BinaryPrimitives.ReadUInt64LittleEndian(encoded),
        BinaryPrimitives.ReadUInt64LittleEndian(encoded[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(encoded[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(encoded[24..]));
}
