using System.CommandLine;
using Consensus.Cli.Output;
using Consensus.Cli.Setup;
using Spectre.Console;

namespace Consensus.Cli.Commands;

/// <summary><c>consensus init</c>: the files of a new cluster.</summary>
internal static class InitCommand
{
    private const int NodesMax = 64;
    private const int PortMin = 1;
    private const int PortMax = 65_535;

    /// <summary>The port on which node 1 listens for the others, unless it is told otherwise.</summary>
    public const int DefaultBasePort = 7101;

    /// <summary>The port of node 1's HTTP API, unless it is told otherwise.</summary>
    public const int DefaultHttpPort = 8101;

    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var directory = new Option<string>("--directory", "-d") { Description = "Where the files are written.", HelpName = "D", Required = true };
        var algorithm = CommonOptions.Algorithm();
        var nodes = new Option<int?>("--nodes")
        {
            Description = $"How many nodes; {string.Join(", ", Algorithms.All.Select(known => $"{known.NodesDefault} with {known.Name}"))} unless it is said. With raft, an even number survives no more failures than the odd one below it; pbft tolerates one faulty node of 4, two of 7.",
            HelpName = "N",
            CustomParser = result => NumberInput.Read(result, "--nodes", min: 1, max: NodesMax),
        };
        var basePort = CommonOptions.Number("--base-port", "The port on which node 1 listens for the others; each further node takes the next.", "P", DefaultBasePort, PortMin, PortMax);
        var httpPort = CommonOptions.Number("--http-port", "The port of node 1's HTTP API; each further node takes the next.", "H", DefaultHttpPort, PortMin, PortMax);
        var cluster = new Option<Guid?>("--cluster-id")
        {
            Description = "The cluster's identity, where a cluster or an application has one already and wants certificates. Otherwise a new one.",
            HelpName = "ID",
            CustomParser = result =>
            {
                if (Guid.TryParse(result.Tokens[0].Value, out var id) && id != Guid.Empty)
                {
                    return id;
                }

                result.AddError($"--cluster-id is '{result.Tokens[0].Value}'; allowed: 32 hexadecimal digits, with or without hyphens, that are not all 0.");
                return null;
            },
        };
        var plain = new Option<bool>("--no-tls") { Description = "Write no certificates: the nodes talk in the clear, and believe each other. For trusted networks only." };
        var https = new Option<bool>("--https") { Description = "Serve the HTTP API over HTTPS, with the nodes' certificates; clients must trust authority.crt." };
        var signingKeys = new Option<bool>("--signing-keys") { Description = "Give each node a key with which it signs in the protocol, and each file the public keys of all. Algorithms that tolerate Byzantine faults need them: with those they are always there." };
        var command = new Command("init", "Writes node-1.json, node-2.json …, the data folders and the certificates of a new cluster. Overwrites nothing.")
        {
            directory,
            nodes,
            algorithm,
            basePort,
            httpPort,
            cluster,
            plain,
            https,
            signingKeys,
        };
        command.Does(terminal, (arguments, report, _) =>
        {
            var result = ClusterInitializer.Run(new InitOptions
            {
                Directory = arguments.GetRequiredValue(directory),
                Nodes = CommonOptions.NodesOf(arguments, nodes, algorithm),
                Algorithm = arguments.GetRequiredValue(algorithm),
                BasePort = arguments.GetRequiredValue(basePort),
                HttpPort = arguments.GetRequiredValue(httpPort),
                Cluster = arguments.GetValue(cluster),
                Tls = !arguments.GetValue(plain),
                Https = arguments.GetValue(https),
                SigningKeys = arguments.GetValue(signingKeys),
            });
            report.Write(result, ToolJson.Default.InitResult, Present);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void Present(IAnsiConsole screen, InitResult result)
    {
        var table = new Table { Border = TableBorder.Rounded }.AddColumn("node").AddColumn("listens on").AddColumn("HTTP API").AddColumn("start it with");
        foreach (var node in result.Nodes)
        {
            table.AddRow($"n{node.Node}", node.Address, node.Endpoint, Markup.Escape($"consensus run --config {node.Config}"));
        }

        screen.Write(table);
        if (result.OperatorKey is { } key)
        {
            screen.Profile.Out.Writer.WriteLine($"The engine is changed with: consensus seal --to pbft --operator-key {key}");
        }
    }
}
