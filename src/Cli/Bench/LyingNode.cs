using Consensus.Cli.Nodes;
using Consensus.Cli.Output;
using Consensus.Hosting;
using Consensus.Hybrid;
using Consensus.Simulation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Consensus.Cli.Bench;

/// <summary>A node of a hybrid that lies when it is told to. It runs in this process, with the file that a process of its own would have: nothing that <c>consensus run</c> starts can be told to lie.</summary>
internal sealed class LyingNode : IAsyncDisposable
{
    private readonly HybridLies _lies = new();
    private readonly NodeHost _host;

    private LyingNode(string configuration) => _host = NodeHost.Create(configuration, new Report(new Terminal(TextWriter.Null, TextWriter.Null, isInteractive: false), isJson: true), Adjust);

    /// <summary>Whether it sends what is signed by nobody.</summary>
    public bool SignsBadly
    {
        set => _lies.SignsBadly = value;
    }

    /// <summary>How long the engine to which the others go because of it waits for a leader at first, as all are configured.</summary>
    public TimeSpan ViewTimeout => _host.Options.Pbft.ViewTimeout;

    /// <summary>Starts it.</summary>
    public static async Task<LyingNode> StartAsync(string configuration, CancellationToken cancellationToken)
    {
        var node = new LyingNode(configuration);
        await node._host.StartAsync(cancellationToken).ConfigureAwait(false);
        return node;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _host.DisposeAsync().ConfigureAwait(false);
    }

    private void Adjust(IHostApplicationBuilder builder)
    {
        // What it has to say about what it does itself nobody wants to read.
        builder.Logging.ClearProviders();
        var hybrid = BuiltInEngines.All.Single(engine => engine.Name == ConsensusOptions.HybridName);
        builder.Services.AddSingleton(hybrid with
        {
            Create = (services, options) => new LyingHybridEngine(
                (HybridEngine)hybrid.Create(services, options), services.GetRequiredService<NodeIdentities>().OpenForEpochs(options), _lies),
        });
    }
}
