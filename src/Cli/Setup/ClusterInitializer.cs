using Consensus.Cryptography;
using Consensus.Hosting;
using Consensus.Storage;
using Consensus.Storage.Files;
using Consensus.Transport;

namespace Consensus.Cli.Setup;

/// <summary>Writes what the nodes of a new cluster need to start: a configuration file, a data folder and a certificate for each.</summary>
/// <remarks>
/// Nothing that exists is overwritten: two clusters that share half of their files would be worse than none. All is checked before the first
/// file is written.
/// </remarks>
internal static class ClusterInitializer
{
    private const int PortMax = 65_535;
    private const string Host = "127.0.0.1";

    /// <summary>Sets a cluster up.</summary>
    /// <exception cref="UsageException">There are too few nodes, ports do not fit, or something is there already.</exception>
    public static InitResult Run(InitOptions options)
    {
        var algorithm = Algorithms.Of(options.Algorithm);
        RequireEnough(options.Nodes, algorithm);
        options = options with { SigningKeys = options.SigningKeys || algorithm.Signs };
        RequirePorts(options);
        if (options is { Https: true, Tls: false })
        {
            throw new UsageException("--https and --no-tls exclude each other: HTTPS needs the certificates that --no-tls leaves out.");
        }

        var folder = new ClusterFolder(options.Directory);
        var cluster = new ClusterId(options.Cluster ?? Guid.NewGuid());
        InitializedNode[] nodes = [.. Enumerable.Range(1, options.Nodes).Select(number => Node((uint)number, folder, options))];
        ClusterFolder.RequireNothingThere([.. nodes.SelectMany(node => Files(folder, node, options)), .. options.Tls ? [folder.AuthorityKeyFile, folder.AuthorityCertificateFile] : (string[])[], .. algorithm.HasOperator ? [folder.OperatorKeyFile] : (string[])[]]);

        Directory.CreateDirectory(options.Directory);
        nodes = options.SigningKeys ? WithSigningKeys(folder, nodes) : nodes;
        var hybrid = algorithm.HasOperator ? new NodeHybrid([SigningKeys.Generate(folder.OperatorKeyFile).PublicKey]) : null;
        var membership = new ClusterMembership([.. nodes.Select(node => new Member(new NodeId(node.Node), node.Address))], []);
        var files = new DiskFileSystem();
        using var certificates = options.Tls ? CertificateOffice.Create(folder, cluster) : null;
        foreach (var node in nodes)
        {
            ReplicaStorage.Create(files, node.DataDirectory, new ReplicaIdentity(cluster, new NodeId(node.Node)), membership);
            certificates?.Issue(node.Node, [Host], ClusterAuthority.NodeValidity, node.PublicKey is null ? default : PublicKey.Parse(node.PublicKey));
            folder.Write(Section(node, nodes, cluster, options) with { Hybrid = hybrid });
        }

        return new InitResult(cluster.ToString(), options.Algorithm, options.Tls, nodes, hybrid is null ? null : folder.OperatorKeyFile);
    }

    private static InitializedNode Node(uint number, ClusterFolder folder, InitOptions options) => new(
        number,
        folder.ConfigurationFile(number),
        folder.DataDirectory(number),
        $"{Host}:{options.BasePort + number - 1}",
        $"{(options.Https ? "https" : "http")}://{Host}:{options.HttpPort + number - 1}");

    /// <summary>Makes a key for each node, of which only the public halves leave its file.</summary>
    private static InitializedNode[] WithSigningKeys(ClusterFolder folder, InitializedNode[] nodes)
    {
        var ed25519 = Ed25519.Load();
        return [.. nodes.Select(node =>
        {
            using var key = SigningKeyFile.Generate(ed25519);
            SigningKeyFile.Write(folder.SigningKeyFile(node.Node), key);
            return node with { PublicKey = $"{key.PublicKey}" };
        })];
    }

    private static void RequireEnough(int nodes, Algorithm algorithm)
    {
        if (nodes < algorithm.NodesMin)
        {
            throw new UsageException(
                $"--nodes is {nodes}; allowed: at least {algorithm.NodesMin}, for the algorithm {algorithm.Name} tolerates one faulty node of {algorithm.NodesMin}, and none of fewer.");
        }
    }

    private static void RequirePorts(InitOptions options)
    {
        RequireFit("--base-port", options.BasePort);
        RequireFit("--http-port", options.HttpPort);
        if (Math.Abs(options.BasePort - options.HttpPort) < options.Nodes)
        {
            throw new UsageException(
                $"--base-port {options.BasePort} and --http-port {options.HttpPort} overlap: each node takes the next port of both, so they must be at least {options.Nodes} apart.");
        }

        void RequireFit(string name, int first)
        {
            if (first + options.Nodes - 1 > PortMax)
            {
                throw new UsageException($"{name} is {first}: the last of {options.Nodes} nodes would get a port above {PortMax}.");
            }
        }
    }

    private static IEnumerable<string> Files(ClusterFolder folder, InitializedNode node, InitOptions options) =>
    [
        node.Config,
        node.DataDirectory,
        .. options.Tls ? [folder.CertificateFile(node.Node), folder.KeyFile(node.Node)] : (string[])[],
        .. options.SigningKeys ? [folder.SigningKeyFile(node.Node)] : (string[])[],
    ];

    private static NodeSection Section(InitializedNode node, IReadOnlyList<InitializedNode> nodes, ClusterId cluster, InitOptions options) => new()
    {
        Node = node.Node,
        ClusterId = cluster.ToString(),
        Members = [.. nodes.Select(member => new NodeMember(member.Node, member.Address, member.PublicKey))],
        Algorithm = options.Algorithm,
        DataDirectory = Path.GetFileName(node.DataDirectory),
        SigningKeyFile = node.PublicKey is null ? null : ClusterFolder.SigningKeyOf(node.Node),
        Http = options.Https ? new NodeHttp(new Uri(node.Endpoint).Authority).Secured(node.Node) : new NodeHttp(new Uri(node.Endpoint).Authority),
        Transport = options.Tls ? new NodeTransport(Listen: null, ClusterFolder.TlsOf(node.Node)) : null,
    };
}
