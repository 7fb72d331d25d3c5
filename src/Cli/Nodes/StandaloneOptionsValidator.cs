using System.Net;
using Consensus.Hosting;
using Microsoft.Extensions.Options;

namespace Consensus.Cli.Nodes;

/// <summary>What a node that runs by itself needs beyond what every node needs: a place for its HTTP API, and a real folder.</summary>
internal sealed class StandaloneOptionsValidator : IValidateOptions<ConsensusOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ConsensusOptions options)
    {
        var problems = new List<string>();
        if (!IPEndPoint.TryParse(options.Http.Listen, out var endpoint) || endpoint.Port == 0)
        {
            problems.Add($"Consensus:Http:Listen is \"{options.Http.Listen}\"; allowed for a node that runs by itself: an IP address and a port, such as 127.0.0.1:8101.");
        }

        if (File.Exists(options.DataDirectory))
        {
            problems.Add($"Consensus:DataDirectory is \"{options.DataDirectory}\", which is a file; allowed: a folder.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
