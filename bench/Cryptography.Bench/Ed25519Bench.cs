using BenchmarkDotNet.Attributes;

namespace Consensus.Cryptography.Bench;

/// <summary>Signing and verifying a statement of 150 bytes with each library. The machine must have both.</summary>
[MemoryDiagnoser]
public class Ed25519Bench
{
    private readonly byte[] _message = new byte[150];

    private Ed25519 _ed25519 = null!;
    private Ed25519SigningKey _key = null!;
    private PublicKey _publicKey;
    private Signature _good;
    private Signature _malleated;

    [Params(Ed25519Library.Sodium, Ed25519Library.OpenSsl)]
    public Ed25519Library Library { get; set; }

    [GlobalSetup]
    public void MakeKey()
    {
        var random = new Random(1);
        var seed = new byte[Ed25519.SeedSize];
        random.NextBytes(seed);
        random.NextBytes(_message);
        _ed25519 = Ed25519.Load(Library);
        _key = _ed25519.CreateSigningKey(seed);
        _publicKey = _key.PublicKey;
        _good = _key.Sign(_message);
        var bytes = new byte[Signature.Size];
        _good.CopyTo(bytes);
        bytes[^1] |= 0xF0;
        _malleated = new Signature(bytes);
    }

    [GlobalCleanup]
    public void WipeKey() => _key.Dispose();

    [Benchmark]
    public Signature Sign() => _key.Sign(_message);

    [Benchmark]
    public bool Verify() => _ed25519.Verify(_publicKey, _message, _good);

    /// <summary>What the checks of the encoding refuse costs nothing: no library is asked.</summary>
    [Benchmark]
    public bool RefuseEncoding() => _ed25519.Verify(_publicKey, _message, _malleated);
}
