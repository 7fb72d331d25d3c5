using BenchmarkDotNet.Attributes;

namespace Consensus.Cryptography.Bench;

/// <summary>One-shot digests as callers get them. 352 bytes is a link of the log's hash chain.</summary>
[MemoryDiagnoser]
public class Blake3Bench
{
    private byte[] _input = [];

    [Params(64, 352, 1024, 8192, 65536, 1 << 20)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _input = new byte[Length];
        new Random(Length).NextBytes(_input);
    }

    [Benchmark]
    public Digest Hash() => Blake3.Hash(_input);
}
