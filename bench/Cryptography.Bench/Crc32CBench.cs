using BenchmarkDotNet.Attributes;

namespace Consensus.Cryptography.Bench;

/// <summary>The checksum of a log record and of a whole block.</summary>
public class Crc32CBench
{
    private byte[] _input = [];

    [Params(352, 4096, 1 << 20)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _input = new byte[Length];
        new Random(Length).NextBytes(_input);
    }

    [Benchmark]
    public uint Compute() => Crc32C.Compute(_input);
}
