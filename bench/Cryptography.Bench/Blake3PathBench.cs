using BenchmarkDotNet.Attributes;

namespace Consensus.Cryptography.Bench;

/// <summary>The paths against each other, to see whether the order in which <see cref="Blake3Paths.Best"/> prefers them is right.</summary>
public class Blake3PathBench
{
    private byte[] _input = [];

    /// <summary>The paths of this machine, by name, since the type is internal.</summary>
    public static IEnumerable<string> Supported =>
        Enum.GetValues<Blake3Path>().Where(path => Blake3Paths.IsSupported(path)).Select(path => path.ToString());

    [ParamsSource(nameof(Supported))]
    public string Path { get; set; } = nameof(Blake3Path.Scalar);

    [Params(352, 4096, 16384, 1 << 20)]
    public int Length { get; set; }

    private Blake3Path Selected { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        Selected = Enum.Parse<Blake3Path>(Path);
        _input = new byte[Length];
        new Random(Length).NextBytes(_input);
    }

    [Benchmark]
    public Digest Hash() => Blake3Tree.Hash(Blake3Mode.Hash(Selected), _input);
}
