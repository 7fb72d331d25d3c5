using BenchmarkDotNet.Attributes;

namespace Consensus.Cryptography.Bench;

/// <summary>A tree over a million digests.</summary>
[MemoryDiagnoser]
public class MerkleBench
{
    private const int Leaves = 1_000_000;

    private readonly Digest[] _leaves = new Digest[Leaves];
    private readonly MerkleFrontier _frontier = new();
    private MerkleTree _tree = null!;
    private MerkleProof _proof = null!;
    private byte[] _bytes = [];

    [GlobalSetup]
    public void Build()
    {
        for (var i = 0; i < Leaves; i++)
        {
            _leaves[i] = Blake3.Hash(BitConverter.GetBytes(i));
        }

        _tree = MerkleTree.Create(_leaves);
        _proof = _tree.Prove(Leaves / 2);
        _bytes = _proof.Encode();
    }

    [Benchmark]
    public Digest Create() => MerkleTree.Create(_leaves).Root;

    [Benchmark]
    public void Append() => _frontier.Append(_leaves[0]);

    [Benchmark]
    public MerkleProof Prove() => _tree.Prove(Leaves / 2);

    [Benchmark]
    public bool Decode() => MerkleProof.TryDecode(_bytes, out _, out _);

    [Benchmark]
    public bool Verify() => _proof.Verify(_tree.Root, _leaves[Leaves / 2]);
}
