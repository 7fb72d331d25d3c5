using Consensus.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a client of a cluster to a program.</summary>
public static class ConsensusClientServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="ConsensusClient"/>, and its <see cref="KeyValueClient"/> and <see cref="WorkflowClient"/>, as singletons. The options
    /// are checked when the host starts, or at the first use where there is no host. A <see cref="TimeProvider"/> among the services is used.
    /// </summary>
    /// <param name="services">The program's services.</param>
    /// <param name="section">The client's settings, <c>ConsensusClient</c> by habit.</param>
    /// <param name="handler">Finds what sends the requests, in place of the client's own handler.</param>
    public static IServiceCollection AddConsensusClient(
        this IServiceCollection services, IConfigurationSection section, Func<IServiceProvider, HttpMessageHandler>? handler = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddConsensusClient(options => ConsensusClientOptionsBinder.Bind(section, options), handler);
    }

    /// <summary>
    /// Adds a <see cref="ConsensusClient"/>, and its <see cref="KeyValueClient"/> and <see cref="WorkflowClient"/>, as singletons. The options
    /// are checked when the host starts, or at the first use where there is no host. A <see cref="TimeProvider"/> among the services is used.
    /// </summary>
    /// <param name="services">The program's services.</param>
    /// <param name="configure">Says where the nodes are.</param>
    /// <param name="handler">Finds what sends the requests, in place of the client's own handler.</param>
    public static IServiceCollection AddConsensusClient(
        this IServiceCollection services, Action<ConsensusClientOptions> configure, Func<IServiceProvider, HttpMessageHandler>? handler = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ConsensusClientOptions>, ConsensusClientOptionsValidator>());
        services.AddOptions<ConsensusClientOptions>().Configure(configure).ValidateOnStart();
        services.TryAddSingleton(provider => new ConsensusClient(
            provider.GetRequiredService<IOptions<ConsensusClientOptions>>().Value, handler?.Invoke(provider), provider.GetService<TimeProvider>()));
        services.TryAddSingleton(provider => provider.GetRequiredService<ConsensusClient>().KeyValue);
        services.TryAddSingleton(provider => provider.GetRequiredService<ConsensusClient>().Workflow);
        return services;
    }
}
