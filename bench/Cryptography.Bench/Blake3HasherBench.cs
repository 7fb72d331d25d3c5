using BenchmarkDotNet.Attributes;

namespace Consensus.Cryptography.Bench;

/// <summary>A hasher that is used over and over, fed with pieces of several sizes.</summary>
[MemoryDiagnoser]
public class Blake3HasherBench
{
    private const int Length = 1 << 20;

    private readonly byte[] _input = new byte[Length];
    private readonly Blake3Hasher _hasher = new();

    [Params(64, 1500, 65536)]
    public int Piece { get; set; }

    [Benchmark]
    public Digest Mebibyte()
    {
        _hasher.Reset();
        for (var start = 0; start < Length; start += Piece)
        {
            _hasher.Update(_input.AsSpan(start, Math.Min(Piece, Length - start)));
        }

        return _hasher.Finalize();
    }
}
