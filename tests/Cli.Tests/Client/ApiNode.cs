using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Replication;
using Consensus.Replication.KeyValue;
using Consensus.Replication.Workflow;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Consensus.Cli.Tests.Client;

/// <summary>A node's real API on loopback, over a group without a protocol. Several nodes may share a group.</summary>
internal sealed class ApiNode : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ApiNode(WebApplication application) => _application = application;

    public string Endpoint => _application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();

    /// <summary>What happens to requests before the API sees them.</summary>
    public Func<HttpContext, RequestDelegate, Task> Intercept { get; set; } = (context, next) => next(context);

    public static LocalConsensus CreateGroup() => new(new CompositeStateMachine(
    [
        new HostedMachine(MachineId.KeyValue, new KeyValueStateMachine()), new HostedMachine(MachineId.Workflow, new WorkflowStateMachine([new EchoOperation()])),
    ]));

    public static async Task<ApiNode> StartAsync(IConsensus consensus, IPeerRegistry? peers = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(consensus)
            .AddSingleton(new KeyValueStore(consensus, MachineId.KeyValue))
            .AddSingleton(new WorkflowStore(consensus, MachineId.Workflow))
            .AddSingleton(peers ?? new FixedPeers(null));
        var application = builder.Build();
        var node = new ApiNode(application);
        application.Use(next => context => node.Intercept(context, next));
        application.UseRouting();
        application.MapConsensus();
        await application.StartAsync();
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
