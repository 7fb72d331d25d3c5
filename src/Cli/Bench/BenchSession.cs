using Consensus.Cryptography;
using Consensus.Hosting;

namespace Consensus.Cli.Bench;

/// <summary>The key of one client of a measurement, and the session that it has opened with it. One command at a time.</summary>
internal sealed class BenchSession : IDisposable
{
    private readonly Ed25519SigningKey _key;
    private readonly RequestSigner _signer;
    private ulong _sequence;

    /// <param name="cluster">The cluster that is measured.</param>
    /// <param name="ed25519">Signs.</param>
    public BenchSession(ClusterId cluster, Ed25519 ed25519)
    {
        _key = SigningKeyFile.Generate(ed25519);
        _signer = new RequestSigner(cluster, _key);
    }

    /// <summary>What the session is opened with.</summary>
    public ReadOnlyMemory<byte> PublicKey => _signer.PublicKey;

    /// <summary>The session, once it is open.</summary>
    public ClientId Client { get; set; }

    /// <summary>Signs the next command. All before it have ended, and are acknowledged.</summary>
    /// <param name="command">The digest of the command.</param>
    public (RequestId Request, Signature Signature) Next(in Digest command)
    {
        var request = new RequestId(Client, ++_sequence);
        return (request, _signer.Sign(request, request.Sequence, command));
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
