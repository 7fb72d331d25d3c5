using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;

namespace Consensus.Cryptography.Bench;

/// <summary>The libraries alone, called as the project calls them but without its checks and types: what <see cref="Ed25519Bench"/> is measured against.</summary>
public class Ed25519NativeBench
{
    private readonly byte[] _message = new byte[150];
    private readonly byte[] _key = new byte[PublicKey.Size];
    private readonly byte[] _signature = new byte[Signature.Size];

    private Ed25519Native _native = null!;
    private Ed25519Secret _secret = null!;

    [Params(Ed25519Library.Sodium, Ed25519Library.OpenSsl)]
    public Ed25519Library Library { get; set; }

    [GlobalSetup]
    public void MakeKey()
    {
        _native = Library switch
        {
            Ed25519Library.Sodium => new SodiumEd25519(new NativeExports(NativeLibrary.Load("libsodium.so.23"))),
            Ed25519Library.OpenSsl => new OpenSslEd25519(new NativeExports(NativeLibrary.Load("libcrypto.so.3"))),
        };
        _secret = _native.CreateSecret(new byte[Ed25519.SeedSize]);
        _secret.PublicKey.CopyTo(_key);
        _secret.Sign(_message, _signature);
    }

    [GlobalCleanup]
    public void WipeKey() => _secret.Dispose();

    [Benchmark]
    public void Sign() => _secret.Sign(_message, _signature);

    [Benchmark]
    public bool Verify() => _native.Verify(_key, _message, _signature);
}
