using Consensus.Replication;
using Consensus.Replication.KeyValue;
using Consensus.Replication.Workflow;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Consensus.Client.Tests.Support;

/// <summary>The real API, in the server that it ships with, on a free port of the loopback interface.</summary>
internal sealed class ApiNode : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ApiNode(WebApplication application) => _application = application;

    public Uri Endpoint => new(_application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    public IConsensus Consensus => _application.Services.GetRequiredService<IConsensus>();

    /// <summary>A node over a group that the test brings along.</summary>
    public static Task<ApiNode> StartAsync(IConsensus consensus) => StartAsync(services => services
        .AddSingleton(consensus)
        .AddSingleton(new KeyValueStore(consensus, MachineId.KeyValue))
        .AddSingleton(new WorkflowStore(consensus, MachineId.Workflow)));

    public static async Task<ApiNode> StartAsync(Action<IServiceCollection> addServices, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        addServices(builder.Services);
        var application = builder.Build();
        application.MapConsensus();
        await application.StartAsync();
        return new ApiNode(application);
    }

    public ConsensusClient CreateClient()
    {
        var options = new ConsensusClientOptions();
        options.Endpoints.Add(Endpoint);
        return new ConsensusClient(options);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
