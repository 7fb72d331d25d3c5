using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Consensus.Cryptography;
using PublicKey = Consensus.Cryptography.PublicKey;

namespace Consensus.Transport;

/// <summary>With which key each node signs, and so which key its certificate may name. Immutable and safe to share between threads.</summary>
/// <remarks>A node whose key is not known here may name any; whether it belongs to the group is the protocol's to say.</remarks>
public sealed class ExpectedKeys
{
    private readonly Dictionary<NodeId, PublicKey> _keys;
    private readonly bool _areRequired;

    /// <summary>Makes a list.</summary>
    /// <param name="keys">The keys that are known, each node once.</param>
    /// <param name="areRequired">Whether a certificate must name a key: it must where the protocol rests on signatures.</param>
    /// <exception cref="ArgumentException">A node is listed twice.</exception>
    public ExpectedKeys(IEnumerable<MemberKey> keys, bool areRequired)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _keys = keys.ToDictionary(member => member.Id, member => member.Key);
        _areRequired = areRequired;
    }

    /// <summary>No key is known, and none is required.</summary>
    public static ExpectedKeys None { get; } = new([], areRequired: false);

    /// <summary>Why the certificate of a node is not accepted, as a clause whose subject is the certificate; null if it is.</summary>
    internal string? WhyRefused(X509Certificate2 certificate, NodeId node)
    {
        IReadOnlyList<PublicKey> named;
        try
        {
            named = SigningKeyName.In(certificate);
        }
        catch (AsnContentException)
        {
            return "has alternative names that are damaged";
        }

        return named switch
        {
            [] => _areRequired ? "names no signing key" : null,
            [_, _, ..] => "names more than one signing key",
            [var key] => _keys.TryGetValue(node, out var expected) && key != expected ? $"names the signing key {key}, and that of node {node} is {expected}" : null,
        };
    }
}
