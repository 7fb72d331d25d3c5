using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using PublicKey = Consensus.Cryptography.PublicKey;

namespace Consensus.Transport;

/// <summary>
/// How a certificate says with which key its node signs in the protocol: by a URI among its alternative names, <c>consensus:ed25519:</c> and the 64
/// hexadecimal digits of the public key.
/// </summary>
/// <remarks>So whoever is known by the certificate is known to be the one whose signatures count, and a node cannot be set up with another's key unnoticed.</remarks>
public static class SigningKeyName
{
    private const string Prefix = "consensus:ed25519:";

    // RFC 5280, section 4.2.1.6: GeneralNames, of which uniformResourceIdentifier has the tag 6.
    private const string SubjectAlternativeNames = "2.5.29.17";
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    /// <summary>The name of a key.</summary>
    public static Uri Of(PublicKey key) => new($"{Prefix}{key}");

    /// <summary>The keys that a certificate names; a name of this form that holds no key counts as the key <c>default</c>, which is nobody's.</summary>
    public static IReadOnlyList<PublicKey> In(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var keys = new List<PublicKey>();
        foreach (var extension in certificate.Extensions.Where(extension => extension.Oid?.Value == SubjectAlternativeNames))
        {
            foreach (var uri in ReadUris(extension.RawData))
            {
                if (uri.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                {
                    keys.Add(PublicKey.TryParse(uri.AsSpan(Prefix.Length), out var key) ? key : default);
                }
            }
        }

        return keys;
    }

    private static List<string> ReadUris(byte[] extension)
    {
        var uris = new List<string>();
        var names = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            if (names.PeekTag().HasSameClassAndValue(UriTag))
            {
                uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag));
            }
            else
            {
                names.ReadEncodedValue();
            }
        }

        return uris;
    }
}
