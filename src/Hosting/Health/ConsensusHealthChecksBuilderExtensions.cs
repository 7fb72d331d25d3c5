using Consensus;
using Consensus.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health checks of a group's node.</summary>
public static class ConsensusHealthChecksBuilderExtensions
{
    /// <summary>The tag of checks that fail when the process should be started again.</summary>
    public const string LiveTag = "live";

    /// <summary>The tag of checks that fail while no callers should be sent here.</summary>
    public const string ReadyTag = "ready";

    /// <summary>
    /// Adds two checks: <c>consensus-live</c> (the replica has not stopped) and <c>consensus-ready</c> (it has a leader, and has applied what it
    /// knew to be committed). With a name: <c>consensus-NAME-live</c> and <c>consensus-NAME-ready</c>.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The name the group was added with; <see langword="null"/> or empty for the one without.</param>
    public static IHealthChecksBuilder AddConsensusHealthChecks(this IHealthChecksBuilder builder, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var key = name ?? Options.Options.DefaultName;
        var prefix = key.Length == 0 ? "consensus" : $"consensus-{key}";

        // One instance for all calls: readiness remembers what it saw.
        builder.Services.AddKeyedSingleton(key, (services, _) => new LiveHealthCheck(services.GetRequiredKeyedService<IConsensus>(key)));
        builder.Services.AddKeyedSingleton(key, (services, _) => new ReadyHealthCheck(services.GetRequiredKeyedService<IConsensus>(key)));
        return builder
            .Add(new HealthCheckRegistration(
                $"{prefix}-live", services => services.GetRequiredKeyedService<LiveHealthCheck>(key), HealthStatus.Unhealthy, [LiveTag]))
            .Add(new HealthCheckRegistration(
                $"{prefix}-ready", services => services.GetRequiredKeyedService<ReadyHealthCheck>(key), HealthStatus.Unhealthy, [ReadyTag]));
    }
}
