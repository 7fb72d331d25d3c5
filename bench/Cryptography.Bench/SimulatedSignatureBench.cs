using BenchmarkDotNet.Attributes;

namespace Consensus.Cryptography.Bench;

/// <summary>The signatures of the simulator.</summary>
[MemoryDiagnoser]
public class SimulatedSignatureBench
{
    private readonly SimulatedKeyRegistry _registry = new(seed: 1);

    private ISigner _signer = null!;
    private PublicKey _publicKey;
    private byte[] _message = [];
    private Signature _signature;

    [Params(40, 150, 1000)]
    public int Length { get; set; }

    [GlobalSetup]
    public void MakeSigner()
    {
        _message = new byte[Length];
        _signer = _registry.CreateSigner(new NodeId(1));
        _publicKey = _signer.PublicKey;
        _signature = _signer.Sign(_message);
    }

    [Benchmark]
    public Signature Sign() => _signer.Sign(_message);

    [Benchmark]
    public bool Verify() => _registry.Verify(_publicKey, _message, _signature);
}
