using Consensus.Cli.Nodes;
using Consensus.Cryptography;
using Consensus.Hosting;
using Consensus.Hosting.Binding;
using Consensus.Transport;

namespace Consensus.Cli.Setup;

/// <summary>Writes what a node needs to join a cluster that <c>init</c> has set up: a configuration file, and a certificate if the others have one.</summary>
internal static class JoinInitializer
{
    /// <summary>Sets a node up.</summary>
    /// <exception cref="UsageException">There is no cluster in the folder, or one that nobody can join, the node is known already, or something is there already.</exception>
    public static InitializedNode Run(JoinOptions options)
    {
        var folder = new ClusterFolder(options.Directory);
        var configurations = folder.ReadConfigurations();
        var like = configurations[0];
        var engine = EngineOf(folder, like);
        var algorithm = Algorithms.Find(engine);
        var isHybrid = algorithm?.HasOperator == true;
        if (algorithm is { Signs: true } && !isHybrid)
        {
            throw new UsageException(
                $"No node can join: the cluster in {options.Directory} runs {algorithm.Name}, and its members are those that it began with.");
        }

        var known = Known(configurations);
        var present = options.Members is { Count: > 0 } members ? members : known;
        if (known.Concat(present).Any(member => member.Id == options.Node))
        {
            throw new UsageException(
                $"--node is {options.Node}, which is the number of a node; allowed: a number that no node of the cluster ever had, for one that lost its disk must not come back as itself.");
        }

        var node = new InitializedNode(
            options.Node,
            folder.ConfigurationFile(options.Node),
            folder.DataDirectory(options.Node),
            options.Address,
            $"{(like.Http.CertificateFile is null ? "http" : "https")}://{options.HttpAddress}");
        var hasTls = like.Transport?.Tls is not null;
        ClusterFolder.RequireNothingThere(
        [
            node.Config,
            node.DataDirectory,
            .. hasTls ? [folder.CertificateFile(options.Node), folder.KeyFile(options.Node)] : (string[])[],
            .. isHybrid ? [folder.SigningKeyFile(options.Node)] : (string[])[],
        ]);
        using var certificates = hasTls ? CertificateOffice.Open(folder, new ClusterId(Guid.Parse(like.ClusterId))) : null;
        node = isHybrid ? node with { PublicKey = SigningKeys.Generate(folder.SigningKeyFile(options.Node)).PublicKey } : node;
        certificates?.Issue(
            options.Node, [CertificateOffice.HostOf(options.HttpAddress)], ClusterAuthority.NodeValidity, node.PublicKey is null ? default : PublicKey.Parse(node.PublicKey));

        folder.Write(like with
        {
            Node = options.Node,
            Algorithm = engine,

            // A hybrid's first epoch is known by the members that the group began with, and their keys. Of another group the keys are optional, and those of who came later are in no file.
            Members = isHybrid ? like.Members : [.. present.Select(member => member with { PublicKey = null })],
            DataDirectory = Path.GetFileName(node.DataDirectory),

            // It must not sign with the key of the node whose file this is a copy of.
            SigningKeyFile = isHybrid ? ClusterFolder.SigningKeyOf(options.Node) : null,
            Initialize = "Join",
            Transport = new NodeTransport(options.Address, hasTls ? ClusterFolder.TlsOf(options.Node) : null) { AddressBook = isHybrid ? BookOf(present, like.Members) : null },
            Http = like.Http.CertificateFile is null ? new NodeHttp(options.HttpAddress) : new NodeHttp(options.HttpAddress).Secured(options.Node),
        });
        return node;
    }

    /// <summary>Where those are who came after the group had begun: all others may be gone.</summary>
    private static Dictionary<string, IReadOnlyList<string>>? BookOf(IReadOnlyList<NodeMember> present, IReadOnlyList<NodeMember> first)
    {
        var later = present.Where(member => first.All(other => other.Id != member.Id)).ToDictionary(member => $"{member.Id}", IReadOnlyList<string> (member) => [member.Address], StringComparer.Ordinal);
        return later.Count > 0 ? later : null;
    }

    /// <summary>The engine that the cluster runs. Where each node chooses it, that follows from more of a node's file than is copied for another one.</summary>
    private static string EngineOf(ClusterFolder folder, NodeSection like)
    {
        var options = new ConsensusOptions { Algorithm = like.Algorithm };
        if (!options.IsAuto)
        {
            return like.Algorithm;
        }

        var file = folder.ConfigurationFile(like.Node);
        ConsensusOptionsBinder.Bind(ConfigurationFile.Read(file).Settings.GetSection(ConfigurationFile.NodeSection), options);
        return Algorithms.Find(options.EngineName)?.Name
            ?? throw new UsageException($"No node can join: {file} has the algorithm \"{like.Algorithm}\", and chooses no engine that this tool has.");
    }

    /// <summary>
    /// All who may lead by now: those the cluster began with, and those who joined, whom no file but their own names. Until the node has
    /// the log it listens to nobody else.
    /// </summary>
    private static NodeMember[] Known(IReadOnlyList<NodeSection> configurations) =>
    [
        .. configurations
            .Where(node => node.Transport?.Listen is not null && configurations[0].Members.All(member => member.Id != node.Node))
            .Select(node => new NodeMember(node.Node, node.Transport!.Listen!))
            .Union(configurations.SelectMany(node => node.Members))
            .DistinctBy(member => member.Id)
            .OrderBy(member => member.Id),
    ];
}
