using System.CommandLine;
using Consensus.Cli.Output;
using Consensus.Cli.Setup;
using Consensus.Transport;

namespace Consensus.Cli.Commands;

/// <summary><c>consensus certificate</c>: a new certificate for a node.</summary>
internal static class CertificateCommand
{
    private const int DaysMax = 3650;

    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var directory = new Option<string>("--directory", "-d")
        {
            Description = "The folder in which init has set the cluster up, with authority.crt and authority.key.",
            HelpName = "D",
            Required = true,
        };
        var node = new Option<uint>("--node")
        {
            Description = "The node's number.",
            HelpName = "N",
            Required = true,
            CustomParser = result => NumberInput.Read(result, "--node", 1U, uint.MaxValue),
        };
        var hosts = new Option<string[]>("--host")
        {
            Description = "A further name or IP address under which clients reach the node's HTTP API; may be given several times.",
            HelpName = "HOST",
        };
        hosts.Validators.Add(result =>
        {
            foreach (var host in result.GetValueOrDefault<string[]>()?.Where(host => Uri.CheckHostName(host) == UriHostNameType.Unknown) ?? [])
            {
                result.AddError($"--host is '{host}'; allowed: a host name or an IP address.");
            }
        });
        var days = CommonOptions.Number("--days", "How long it is valid.", "N", (int)ClusterAuthority.NodeValidity.TotalDays, 1, DaysMax);
        var command = new Command("certificate", "Issues a node's certificate anew. A running node uses it from its next connection on.") { directory, node, hosts, days };
        command.Does(terminal, (arguments, report, _) =>
        {
            var result = CertificateRenewal.Run(new CertificateOptions
            {
                Directory = arguments.GetRequiredValue(directory),
                Node = arguments.GetRequiredValue(node),
                Hosts = arguments.GetValue(hosts) ?? [],
                Validity = TimeSpan.FromDays(arguments.GetRequiredValue(days)),
            });
            report.Write(result, ToolJson.Default.CertificateResult, (screen, issued) => screen.Profile.Out.Writer.WriteLine(
                $"{issued.Certificate} and {issued.Key} are new, and valid until {issued.ExpiresAt:u}."));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
