using System.Net;
using Consensus.Configuration;
using Consensus.Hosting;
using Consensus.Hosting.Validation;
using Microsoft.Extensions.Options;

namespace Consensus.Cli.Nodes;

/// <summary>What a node that runs by itself needs beyond what every node needs: a place for its HTTP API, a real folder, and a file without mistakes.</summary>
/// <param name="fileProblems">What is wrong with the rest of the file, so that it is said together with what is wrong with the node's settings.</param>
internal sealed class StandaloneOptionsValidator(IReadOnlyList<string> fileProblems) : IValidateOptions<ConsensusOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ConsensusOptions options)
    {
        var problems = new List<string>(fileProblems);
        if (!options.BindingProblems.Has(options.Path))
        {
            CheckHttp(options, problems);
        }

        if (File.Exists(options.DataDirectory))
        {
            problems.Add($"{options.Path}:DataDirectory is {SettingFormat.Show(options.DataDirectory)}, which is a file; allowed: a folder.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckHttp(ConsensusOptions options, List<string> problems)
    {
        const string Allowed = "for a node that runs by itself: an IP address and a port, such as 127.0.0.1:8101";
        var (path, listen) = ($"{options.Path}:Http:Listen", options.Http.Listen);
        if (listen.Length == 0)
        {
            problems.Add($"{path} is missing; allowed {Allowed}.");
        }
        else if (HostPort.TryParse(listen, out _) && !IPEndPoint.TryParse(listen, out _))
        {
            // What is no address at all is refused by the rules for every node.
            problems.Add($"{path} is {SettingFormat.Show(listen)}; allowed {Allowed}.");
        }
    }
}
