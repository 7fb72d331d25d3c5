using System.Text.Json;
using Consensus.Storage;
using Consensus.Storage.Files;

namespace Consensus.Cli.Setup;

/// <summary>Writes what the nodes of a new cluster need to start: a configuration file and a data folder for each.</summary>
/// <remarks>
/// Nothing that exists is overwritten: two clusters that share half of their files would be worse than none. All is checked before the first
/// file is written.
/// </remarks>
internal static class ClusterInitializer
{
    private const int PortMax = 65_535;
    private const string Host = "127.0.0.1";

    /// <summary>Sets a cluster up.</summary>
    /// <exception cref="UsageException">Ports do not fit, or something is there already.</exception>
    public static InitResult Run(InitOptions options)
    {
        RequirePorts(options);
        var directory = Path.GetFullPath(options.Directory);
        var cluster = new ClusterId(Guid.NewGuid());
        InitializedNode[] nodes = [.. Enumerable.Range(1, options.Nodes).Select(number => new InitializedNode(
            (uint)number,
            Path.Combine(directory, $"node-{number}.json"),
            Path.Combine(directory, $"node-{number}"),
            $"{Host}:{options.BasePort + number - 1}",
            $"http://{Host}:{options.HttpPort + number - 1}"))];
        RequireNothingThere(nodes);

        Directory.CreateDirectory(directory);
        var membership = new ClusterMembership([.. nodes.Select(node => new Member(new NodeId(node.Node), node.Address))], []);
        var files = new DiskFileSystem();
        foreach (var node in nodes)
        {
            ReplicaStorage.Create(files, node.DataDirectory, new ReplicaIdentity(cluster, new NodeId(node.Node)), membership);
            WriteConfiguration(node, nodes, cluster, options.Algorithm);
        }

        return new InitResult(cluster.ToString(), options.Algorithm, nodes);
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

    private static void RequireNothingThere(IEnumerable<InitializedNode> nodes)
    {
        var existing = nodes.SelectMany(node => new[] { node.Config, node.DataDirectory }).Where(Path.Exists).ToArray();
        if (existing.Length > 0)
        {
            throw new UsageException(
                $"Nothing was written, because this is there already: {string.Join(", ", existing)}. Choose another --directory, or remove it if no cluster needs it.");
        }
    }

    private static void WriteConfiguration(InitializedNode node, IReadOnlyList<InitializedNode> nodes, ClusterId cluster, string algorithm)
    {
        var file = new NodeFile(new NodeSection
        {
            Node = node.Node,
            ClusterId = cluster.ToString(),
            Members = [.. nodes.Select(member => new NodeMember(member.Node, member.Address))],
            Algorithm = algorithm,
            DataDirectory = Path.GetFileName(node.DataDirectory),
            Http = new NodeHttp(new Uri(node.Endpoint).Authority),
        });
        using var stream = new FileStream(node.Config, FileMode.CreateNew);
        JsonSerializer.Serialize(stream, file, NodeFileJson.Default.NodeFile);
        stream.Write("\n"u8);
    }
}
