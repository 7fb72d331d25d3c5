using BenchmarkDotNet.Attributes;
using Consensus.Replication.State;

namespace Consensus.Replication.Bench;

/// <summary>A snapshot of 10,000 entries: written to memory, read from there, and hashed.</summary>
[MemoryDiagnoser]
public class SnapshotBench
{
    private const int Count = 10_000;

    private readonly MemoryStream _stream = new();
    private StateTree _tree = new();

    [GlobalSetup]
    public void Fill()
    {
        _tree = Entries.Tree(Count);
        _tree.Freeze().WriteTo(_stream);
    }

    [Benchmark]
    public StateTreeView Freeze() => _tree.Freeze();

    [Benchmark]
    public void FreezeAndWrite()
    {
        _stream.Position = 0;
        _tree.Freeze().WriteTo(_stream);
    }

    [Benchmark]
    public StateTree Read()
    {
        _stream.Position = 0;
        return StateTree.Read(_stream);
    }

    [Benchmark]
    public Digest ReadAndHash()
    {
        _stream.Position = 0;
        return StateTree.Read(_stream).RootHash();
    }
}
