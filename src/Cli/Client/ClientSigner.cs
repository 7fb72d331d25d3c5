using Consensus.Cryptography;
using Consensus.Hosting;

namespace Consensus.Cli.Client;

/// <summary>The key of whoever calls the tool, from a file as <c>consensus keys generate</c> writes it. Wiped when it is disposed of.</summary>
internal sealed class ClientSigner : IDisposable
{
    private readonly Ed25519SigningKey _key;

    private ClientSigner(ClusterId cluster, Ed25519SigningKey key) => (_key, Requests) = (key, new RequestSigner(cluster, key));

    /// <summary>Signs writes.</summary>
    public RequestSigner Requests { get; }

    /// <summary>Reads the key.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="cluster">The cluster that the signatures are for.</param>
    /// <exception cref="UsageException">The cluster is none, or the file cannot be used.</exception>
    /// <exception cref="ConsensusException">The machine has no library for Ed25519.</exception>
    public static ClientSigner Open(string file, string? cluster)
    {
        if (!Guid.TryParse(cluster, out var id) || id == Guid.Empty)
        {
            throw new UsageException($"--cluster is '{cluster}'; allowed with --client-key: the identity of the cluster, as ClusterId in the configuration of its nodes. A signature names it, so that it is worth nothing elsewhere.");
        }

        var (key, problem) = SigningKeyFile.Read(file, Ed25519.Load());
        return key is null ? throw new UsageException($"--client-key is '{file}', {problem}") : new ClientSigner(new ClusterId(id), key);
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
