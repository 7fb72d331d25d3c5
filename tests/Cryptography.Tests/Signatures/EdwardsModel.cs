using System.Numerics;
using System.Security.Cryptography;

namespace Consensus.Cryptography.Tests;

/// <summary>The curve as RFC 8032, section 5.1, defines it, in plain integers: slow, and obviously right. The libraries are compared with it, and odd signatures made with it.</summary>
internal static class EdwardsModel
{
    public static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    public static readonly BigInteger L = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");

    private static readonly BigInteger D = Mod(-121665 * Inverse(121666));
    private static readonly BigInteger RootOfMinusOne = BigInteger.ModPow(2, (P - 1) / 4, P);

    public static readonly ModelPoint Neutral = new(0, 1);
    public static readonly ModelPoint Base = Decode(Encode(Mod(4 * Inverse(5)), isNegative: false))!.Value;

    public static ModelPoint Add(ModelPoint a, ModelPoint b)
    {
        var t = Mod(D * a.X * b.X * a.Y * b.Y);
        return new ModelPoint(
            Mod(((a.X * b.Y) + (b.X * a.Y)) * Inverse(1 + t)),
            Mod(((a.Y * b.Y) + (a.X * b.X)) * Inverse(1 - t)));
    }

    /// <summary>Adds fractions, so that one division at the end is enough (section 5.1.4).</summary>
    public static ModelPoint Multiply(BigInteger factor, ModelPoint point)
    {
        (BigInteger X, BigInteger Y, BigInteger Z, BigInteger T) result = (0, 1, 1, 0);
        var added = (point.X, point.Y, Z: BigInteger.One, T: Mod(point.X * point.Y));
        for (var bit = (int)factor.GetBitLength() - 1; bit >= 0; bit--)
        {
            result = Add(result, result);
            if (((factor >> bit) & 1) == 1)
            {
                result = Add(result, added);
            }
        }

        var inverse = Inverse(result.Z);
        return new ModelPoint(Mod(result.X * inverse), Mod(result.Y * inverse));

        static (BigInteger X, BigInteger Y, BigInteger Z, BigInteger T) Add(
            (BigInteger X, BigInteger Y, BigInteger Z, BigInteger T) p, (BigInteger X, BigInteger Y, BigInteger Z, BigInteger T) q)
        {
            var a = Mod((p.Y - p.X) * (q.Y - q.X));
            var b = Mod((p.Y + p.X) * (q.Y + q.X));
            var c = Mod(2 * p.T * q.T * D);
            var d = Mod(2 * p.Z * q.Z);
            var (e, f, g, h) = (b - a, d - c, d + c, b + a);
            return (Mod(e * f), Mod(g * h), Mod(f * g), Mod(e * h));
        }
    }

    /// <summary>The eight points whose order divides 8: what is left of any point of the curve when it is multiplied by L.</summary>
    public static IReadOnlyList<ModelPoint> SmallOrder()
    {
        for (BigInteger y = 2; ; y++)
        {
            if (Decode(Encode(y, isNegative: false)) is { } point)
            {
                var torsion = Multiply(L, point);
                var all = Enumerable.Range(0, 8).Select(i => Multiply(i, torsion)).ToList();
                if (all.Distinct().Count() == 8)
                {
                    return all;
                }
            }
        }
    }

    public static byte[] Encode(ModelPoint point) => Encode(point.Y, !point.X.IsEven);

    public static byte[] Encode(BigInteger y, bool isNegative) => Bytes(y + (isNegative ? BigInteger.Pow(2, 255) : 0));

    public static byte[] Bytes(BigInteger value)
    {
        var bytes = new byte[32];
        value.TryWriteBytes(bytes, out _, isUnsigned: true);
        return bytes;
    }

    public static BigInteger Integer(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true);

    /// <summary>Section 5.1.3, strict; null where decoding fails.</summary>
    public static ModelPoint? Decode(ReadOnlySpan<byte> encoded)
    {
        var isNegative = (encoded[31] & 0x80) != 0;
        var y = Integer(encoded) & (BigInteger.Pow(2, 255) - 1);
        if (y >= P)
        {
            return null;
        }

        var square = Mod(((y * y) - 1) * Inverse((D * y * y) + 1));
        var x = BigInteger.ModPow(square, (P + 3) / 8, P);
        if (Mod((x * x) - square) != 0)
        {
            x = Mod(x * RootOfMinusOne);
        }

        if (Mod((x * x) - square) != 0 || (x.IsZero && isNegative))
        {
            return null;
        }

        return new ModelPoint(x.IsEven == isNegative ? P - x : x, y);
    }

    public static BigInteger Hash(params byte[][] parts) => Integer(SHA512.HashData([.. parts.SelectMany(part => part)]));

    /// <summary>The secret scalar of a seed (section 5.1.5).</summary>
    public static BigInteger Scalar(byte[] seed)
    {
        var low = SHA512.HashData(seed).AsSpan(0, 32);
        low[0] &= 0xF8;
        low[31] = (byte)((low[31] & 0x7F) | 0x40);
        return Integer(low);
    }

    /// <summary>What the project holds for valid: strict encodings, no small order, and SB = R + kA without the cofactor, with k modulo L.</summary>
    public static bool Verify(byte[] key, byte[] message, byte[] signature)
    {
        var r = signature[..32];
        var s = Integer(signature.AsSpan(32));
        if (s >= L || Decode(key) is not { } keyPoint || Decode(r) is not { } rPoint || IsSmall(keyPoint) || IsSmall(rPoint))
        {
            return false;
        }

        var k = Hash(r, key, message) % L;
        return Multiply(s, Base) == Add(rPoint, Multiply(k, keyPoint));
    }

    /// <summary>The equation of libraries that multiply by the cofactor, as libsodium after 1.0.18 does.</summary>
    public static bool VerifyWithCofactor(byte[] key, byte[] message, byte[] signature)
    {
        if (Decode(key) is not { } keyPoint || Decode(signature.AsSpan(0, 32)) is not { } rPoint)
        {
            return false;
        }

        var k = Hash(signature[..32], key, message) % L;
        return Multiply(8 * Integer(signature.AsSpan(32)), Base) == Multiply(8, Add(rPoint, Multiply(k, keyPoint)));
    }

    public static bool IsSmall(ModelPoint point) => Multiply(8, point) == Neutral;

    private static BigInteger Mod(BigInteger value) => ((value % P) + P) % P;

    private static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(Mod(value), P - 2, P);
}
