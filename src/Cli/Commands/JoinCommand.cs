using System.CommandLine;
using System.Net;
using Consensus.Cli.Client;
using Consensus.Cli.Commands.Client;
using Consensus.Cli.Output;
using Consensus.Cli.Setup;

namespace Consensus.Cli.Commands;

/// <summary><c>consensus join</c>: the files of a node that is to join a cluster.</summary>
internal static class JoinCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var directory = new Option<string>("--directory", "-d")
        {
            Description = "The folder in which init has set the cluster up; the node's files are written there too.",
            HelpName = "D",
            Required = true,
        };
        var node = new Option<uint>("--node")
        {
            Description = "The node's number, 1 or more; never used in this cluster before.",
            HelpName = "N",
            Required = true,
            CustomParser = result => NumberInput.Read(result, "--node", 1U, uint.MaxValue),
        };
        var address = Address("--address", "Where it listens for the other nodes, ip:port.");
        var http = Address("--http", "Where it serves its HTTP API, ip:port.");
        var command = new Command("join", "Writes the configuration and the certificate of a node that is to join a cluster, and its signing key where the cluster is a hybrid. Overwrites nothing. Where --endpoint or the environment names nodes, they are asked who the members are; else those count whose files are in the folder.") { directory, node, address, http };
        var nodes = ClientOptions.AddTo(command, timeout: 5);
        command.Does(terminal, async (arguments, report, cancellationToken) =>
        {
            var result = JoinInitializer.Run(new JoinOptions
            {
                Directory = arguments.GetRequiredValue(directory),
                Node = arguments.GetRequiredValue(node),
                Address = arguments.GetRequiredValue(address),
                HttpAddress = arguments.GetRequiredValue(http),
                Members = nodes.NamesNodes(arguments) ? await AskAsync(nodes.CreateClient(arguments, report), cancellationToken).ConfigureAwait(false) : null,
            });
            report.Write(result, ToolJson.Default.InitializedNode, (screen, written) => screen.Profile.Out.Writer.WriteLine(
                $"""
                Node {written.Node} is set up.{(written.PublicKey is null ? "" : $" Its public key is {written.PublicKey}.")} It joins in two steps:
                  consensus run --config {written.Config}
                  consensus {(written.PublicKey is null ? $"member add {written.Node} {written.Address}" : $"seal --add {written.Node}={written.Address}={written.PublicKey} --operator-key {OperatorKeyOf(written)}")}
                """));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Where init has put the operator's key, unless somebody has taken it elsewhere since, as is wise.</summary>
    private static string OperatorKeyOf(InitializedNode node) => new ClusterFolder(Path.GetDirectoryName(node.Config)!).OperatorKeyFile;

    /// <summary>Those who are members now. The files do not know who was removed, or has moved.</summary>
    private static async Task<IReadOnlyList<NodeMember>> AskAsync(ApiClient client, CancellationToken cancellationToken)
    {
        await using var ownership = client.ConfigureAwait(false);
        var document = (await client.GetAsync("v1/members", cancellationToken).ConfigureAwait(false)).OrFail().Json();
        return [.. document.GetProperty("members").EnumerateArray().Select(member => new NodeMember(member.GetProperty("id").GetUInt32(), member.GetProperty("address").GetString()!))];
    }

    private static Option<string> Address(string name, string description)
    {
        var option = new Option<string>(name) { Description = description, HelpName = "IP:PORT", Required = true };
        option.Validators.Add(result =>
        {
            var text = result.GetValueOrDefault<string>();
            if (!IPEndPoint.TryParse(text ?? "", out var endpoint) || endpoint.Port == 0)
            {
                result.AddError($"{name} is '{text}'; allowed: an IP address and a port, such as 127.0.0.1:7104.");
            }
        });
        return option;
    }
}
