using System.Text;

namespace Consensus.Cli.Bench;

/// <summary>The keys of one client, which no other client has, and its value for each.</summary>
internal sealed class BenchKeys
{
    private readonly ReadOnlyMemory<byte>[] _keys;
    private readonly byte[] _random;
    private readonly int _valueSize;

    /// <param name="client">Whose: 0 for the first client.</param>
    /// <param name="valueSize">The length of each value in bytes.</param>
    public BenchKeys(int client, int valueSize)
    {
        _keys = [.. Enumerable.Range(0, Count).Select(i => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($"bench-{client}-{i}"))];
        _valueSize = valueSize;
        _random = new byte[valueSize + Count];
        new Random(client).NextBytes(_random);
    }

    /// <summary>How many keys a client has.</summary>
    public static int Count => 64;

    /// <summary>A key.</summary>
    public ReadOnlyMemory<byte> Key(int i) => _keys[i];

    /// <summary>Its value: each begins one byte later in the same noise, so that all differ and many large ones cost no memory.</summary>
    public ReadOnlyMemory<byte> Value(int i) => _random.AsMemory(i, _valueSize);
}
