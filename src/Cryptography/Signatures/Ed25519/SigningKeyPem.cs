using System.Buffers.Text;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;

namespace Consensus.Cryptography;

/// <summary>The text form of a signing key: PKCS#8 (RFC 5958) with the algorithm of RFC 8410, in PEM form (RFC 7468).</summary>
/// <remarks>Bytes rather than strings, since a string cannot be wiped. No message has more of what was read than the kind of key.</remarks>
internal static class SigningKeyPem
{
    private const string Label = "PRIVATE KEY";
    private const string Allowed = "allowed: an Ed25519 private key, PKCS#8 in PEM form, not encrypted, and nothing else";
    private const string Ed25519Algorithm = "1.3.101.112";
    private const int LengthMax = 4096;

    private static readonly Asn1Tag AttributesTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag PublicKeyTag = new(TagClass.ContextSpecific, 1);

    /// <summary>The length of what <see cref="Write"/> writes.</summary>
    public static int Size => Begin.Length + Base64.GetMaxEncodedToUtf8Length(Prefix.Length + Ed25519.SeedSize) + End.Length;

    private static ReadOnlySpan<byte> Begin => "-----BEGIN PRIVATE KEY-----\n"u8;

    private static ReadOnlySpan<byte> End => "\n-----END PRIVATE KEY-----\n"u8;

    /// <summary>PrivateKeyInfo up to the seed: version 0, Ed25519 without parameters, an octet string in an octet string.</summary>
    private static ReadOnlySpan<byte> Prefix => [0x30, 0x2E, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 4, 0x22, 4, 0x20];

    /// <summary>Writes a key.</summary>
    public static void Write(Ed25519SigningKey key, Span<byte> destination)
    {
        Span<byte> encoded = stackalloc byte[Prefix.Length + Ed25519.SeedSize];
        Prefix.CopyTo(encoded);
        key.ExportSeed(encoded[Prefix.Length..]);
        Begin.CopyTo(destination);
        _ = Base64.EncodeToUtf8(encoded, destination[Begin.Length..], out _, out var written);
        CryptographicOperations.ZeroMemory(encoded);
        End.CopyTo(destination[(Begin.Length + written)..]);
    }

    /// <summary>Reads a key.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static Ed25519SigningKey Read(ReadOnlySpan<byte> pem, Ed25519 ed25519)
    {
        if (pem.Length > LengthMax)
        {
            throw Refusal($"is longer than {LengthMax} bytes");
        }

        if (!PemEncoding.TryFindUtf8(pem, out var fields))
        {
            throw Refusal("has no block in PEM form, or a damaged one");
        }

        RequireLabel(Encoding.ASCII.GetString(pem[fields.Label]));
        if (pem[..fields.Location.Start.Value].ContainsAnyExcept(" \t\r\n"u8) || pem[fields.Location.End.Value..].ContainsAnyExcept(" \t\r\n"u8))
        {
            throw Refusal("has something before or after the key");
        }

        // Pinned, so that the garbage collector makes no copies that nobody wipes.
        var encoded = GC.AllocateArray<byte>(fields.DecodedDataLength, pinned: true);
        try
        {
            _ = Base64.DecodeFromUtf8(pem[fields.Base64Data], encoded, out _, out _);
            return ReadKey(encoded, ed25519);
        }
        catch (AsnContentException exception)
        {
            throw Refusal("is damaged", exception);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encoded);
        }
    }

    private static Ed25519SigningKey ReadKey(ReadOnlyMemory<byte> encoded, Ed25519 ed25519)
    {
        var whole = new AsnReader(encoded, AsnEncodingRules.DER);
        var info = whole.ReadSequence();
        whole.ThrowIfNotEmpty();
        if (!info.TryReadInt32(out var version) || version is not (0 or 1))
        {
            throw Refusal("is of an unknown version of PKCS#8");
        }

        var algorithm = info.ReadSequence();
        RequireAlgorithm(algorithm.ReadObjectIdentifier());
        algorithm.ThrowIfNotEmpty();
        var seed = ReadSeed(info);
        PublicKey? stated = null;
        if (info.HasData && info.PeekTag().HasSameClassAndValue(AttributesTag))
        {
            _ = info.ReadEncodedValue();
        }

        if (info.HasData && version == 1 && info.TryReadPrimitiveBitString(out _, out var bits, PublicKeyTag))
        {
            stated = bits.Length == PublicKey.Size ? new PublicKey(bits.Span) : throw Refusal("has a public key of another length");
        }

        info.ThrowIfNotEmpty();
        var key = ed25519.CreateSigningKey(seed.Span);
        if (stated is { } other && other != key.PublicKey)
        {
            key.Dispose();
            throw Refusal("has a public key that is not that of its private key");
        }

        return key;
    }

    private static ReadOnlyMemory<byte> ReadSeed(AsnReader info)
    {
        if (info.TryReadPrimitiveOctetString(out var wrapped))
        {
            var inner = new AsnReader(wrapped, AsnEncodingRules.DER);
            if (inner.TryReadPrimitiveOctetString(out var seed) && !inner.HasData && seed.Length == Ed25519.SeedSize)
            {
                return seed;
            }
        }

        throw Refusal($"has a secret that is not {Ed25519.SeedSize} bytes long");
    }

    private static void RequireLabel(string label)
    {
        if (!string.Equals(label, Label, StringComparison.Ordinal))
        {
            throw Refusal(label switch
            {
                "ENCRYPTED PRIVATE KEY" => "is an encrypted private key",
                "PUBLIC KEY" => "is a public key and not a private one",
                "CERTIFICATE" => "is a certificate and not a private key",
                "RSA PRIVATE KEY" => "is an RSA key",
                "EC PRIVATE KEY" => "is a key for ECDSA",
                "OPENSSH PRIVATE KEY" => "is a key in the form of OpenSSH",
                _ => "is a block in PEM form, but not of a private key",
            });
        }
    }

    private static void RequireAlgorithm(string algorithm)
    {
        if (!string.Equals(algorithm, Ed25519Algorithm, StringComparison.Ordinal))
        {
            throw Refusal(algorithm switch
            {
                "1.2.840.113549.1.1.1" => "is an RSA key",
                "1.2.840.10045.2.1" => "is a key for ECDSA",
                "1.3.101.110" => "is a key for X25519, which signs nothing",
                "1.3.101.113" => "is an Ed448 key",
                _ => $"is a key for another algorithm ({algorithm})",
            });
        }
    }

    private static FormatException Refusal(string fault, Exception? cause = null) => new($"{fault}; {Allowed}", cause);
}
