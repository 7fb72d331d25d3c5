using Consensus.Cryptography;
using Consensus.Transport;

namespace Consensus.Swarm;

/// <summary>What the members of a swarm have and nobody else. Immutable; safe to share between threads.</summary>
public sealed class SwarmKey
{
    /// <summary>How many bytes it has.</summary>
    public const int Size = Blake3.KeySize;

    private static ReadOnlySpan<byte> OpenContext => "Consensus.Framework swarm network v1: open"u8;

    private static ReadOnlySpan<byte> DatagramContext => "Consensus.Framework swarm network v1: datagrams"u8;

    private static ReadOnlySpan<byte> HandshakeContext => "Consensus.Framework swarm network v1: handshake"u8;

    private readonly byte[] _bytes;

    private SwarmKey(ReadOnlySpan<byte> bytes) => _bytes = bytes.ToArray();

    /// <summary>A key of its bytes, which nobody must be able to guess.</summary>
    /// <exception cref="ArgumentException">There are not <see cref="Size"/> bytes.</exception>
    public static SwarmKey FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Size ? new SwarmKey(bytes) : throw new ArgumentException($"A swarm's key has {Size} bytes; here are {bytes.Length}.", nameof(bytes));

    /// <summary>The key of a swarm that has none: it follows from the swarm's identity, and keeps out mistakes, not people.</summary>
    public static SwarmKey Open(ClusterId swarm)
    {
        Span<byte> identity = stackalloc byte[ClusterId.Size];
        swarm.CopyTo(identity);
        Span<byte> key = stackalloc byte[Size];
        Blake3.DeriveKey(OpenContext, identity, key);
        return new SwarmKey(key);
    }

    /// <summary>Reads a key from a file: 64 hexadecimal digits, and nothing else but white space around them.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">There is no key in it, or others may read it.</exception>
    public static SwarmKey Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (SecretFile.WhyOpen(path) is { } reason)
        {
            throw new InvalidDataException($"The swarm's key is in {path}, {reason}");
        }

        var text = File.ReadAllText(path).Trim();
        return text.Length == 2 * Size && text.All(char.IsAsciiHexDigit)
            ? new SwarmKey(Convert.FromHexString(text))
            : throw new InvalidDataException($"{path} holds no swarm's key; allowed: {2 * Size} hexadecimal digits.");
    }

    /// <summary>The key that datagrams of a swarm are hashed with.</summary>
    internal byte[] ForDatagrams(ClusterId swarm) => Derive(DatagramContext, swarm);

    /// <summary>The key that ends of a connection show to have.</summary>
    internal byte[] ForHandshakes(ClusterId swarm) => Derive(HandshakeContext, swarm);

    private byte[] Derive(ReadOnlySpan<byte> context, ClusterId swarm)
    {
        Span<byte> material = stackalloc byte[Size + ClusterId.Size];
        _bytes.CopyTo(material);
        swarm.CopyTo(material[Size..]);
        var key = new byte[Blake3.KeySize];
        Blake3.DeriveKey(context, material, key);
        return key;
    }
}
