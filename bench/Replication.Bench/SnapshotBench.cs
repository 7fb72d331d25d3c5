using BenchmarkDotNet.Attributes;
using Consensus.Replication.State;

namespace Consensus.Replication.Bench;

/// <summary>A snapshot of 10,000 entries: written to memory, read from there, and hashed.</summary>
[MemoryDiagnoser]
[MinColumn]
[MedianColumn]
public class SnapshotBench
{
    private const int Count = 10_000;

    private byte[] _snapshot = [];
    private StateTree _tree = new();

    [GlobalSetup]
    public void Fill()
    {
        _tree = Entries.Tree(Count);
        using var stream = new MemoryStream();
        _tree.Freeze().WriteTo(stream);
        _snapshot = stream.ToArray();
    }

    [Benchmark]
    public StateTreeView Freeze() => _tree.Freeze();

    [Benchmark]
    public void FreezeAndWrite()
    {
        using var stream = new MemoryStream(_snapshot);
        _tree.Freeze().WriteTo(stream);
    }

    [Benchmark]
    public StateTree Read()
    {
        using var stream = new MemoryStream(_snapshot);
        return StateTree.Read(stream);
    }

    [Benchmark]
    public Digest ReadAndHash()
    {
        using var stream = new MemoryStream(_snapshot);
        return StateTree.Read(stream).RootHash();
    }
}
