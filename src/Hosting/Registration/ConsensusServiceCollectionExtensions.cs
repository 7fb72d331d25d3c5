using System.Diagnostics.Metrics;
using Consensus;
using Consensus.Cryptography;
using Consensus.Hosting;
using Consensus.Hosting.Binding;
using Consensus.Hosting.Validation;
using Consensus.Replication;
using Consensus.Replication.KeyValue;
using Consensus.Replication.Workflow;
using Consensus.Storage.Files;
using Consensus.Transport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds consensus groups to a host.</summary>
public static class ConsensusServiceCollectionExtensions
{
    /// <summary>Adds one node of a group, which is resolved without a key: <see cref="IConsensus"/> and what is built on it.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">The group's settings, <c>Consensus</c> by habit.</param>
    public static ConsensusBuilder AddConsensus(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(services);
        var builder = services.AddConsensus(Options.Options.DefaultName, section);
        AddUnkeyed<ConsensusOptions>(builder);
        AddUnkeyed<IConsensus>(builder);
        AddUnkeyed<KeyValueStore>(builder);
        AddUnkeyed<WorkflowStore>(builder);
        AddUnkeyed<EvidenceArchive>(builder);
        AddUnkeyed<GroupEpochs>(builder);
        AddUnkeyed<IPeerRegistry>(builder);
        return builder;
    }

    /// <summary>Adds one node of one of several groups. Its services are resolved with the name as their key.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The group's name in this process.</param>
    /// <param name="section">The group's settings.</param>
    /// <exception cref="InvalidOperationException">There is a group of this name already.</exception>
    public static ConsensusBuilder AddConsensus(this IServiceCollection services, string name, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(section);
        if (services.Any(service => service.ServiceType == typeof(HostedConsensus) && name.Equals(service.ServiceKey)))
        {
            throw new InvalidOperationException($"A group with the name \"{name}\" has been added already; each group of a process has a name of its own.");
        }

        var builder = new ConsensusBuilder(services, name);
        AddShared(services);
        AddOptions(builder, section);
        AddParts(builder);
        AddReplica(builder);
        return builder;
    }

    private static void AddShared(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IExitCode, ProcessExitCode>();
        if (services.Any(service => service.ServiceType == typeof(EngineCatalogue)))
        {
            return;
        }

        // Before any registration that replaces it.
        foreach (var engine in BuiltInEngines.All)
        {
            services.Insert(0, ServiceDescriptor.Singleton(engine));
        }

        services.AddSingleton<EngineCatalogue>();
        services.TryAddSingleton(new SignatureLibrary(Ed25519.Load));
        services.AddSingleton<NodeIdentities>();
        services.AddSingleton<IValidateOptions<ConsensusOptions>, ConsensusOptionsValidator>();
    }

    private static void AddOptions(ConsensusBuilder builder, IConfigurationSection section)
    {
        builder.Services
            .AddOptions<ConsensusOptions>(builder.Name)
            .Configure(options => ConsensusOptionsBinder.Bind(section, options))
            .ValidateOnStart();
        builder.Services.TryAddKeyedSingleton(
            builder.Name, (services, _) => services.GetRequiredService<IOptionsMonitor<ConsensusOptions>>().Get(builder.Name));
    }

    private static void AddParts(ConsensusBuilder builder)
    {
        var name = builder.Name;
        builder.Services.TryAddKeyedSingleton(name, (services, _) => services.GetRequiredService<TimeProvider>());
        builder.Services.TryAddKeyedSingleton<IFileSystem>(name, (_, _) => new DiskFileSystem());
        builder.Services.TryAddKeyedSingleton(name, (services, _) => DefaultMachines.Create(services, name));
        builder.Services.AddKeyedSingleton(name, (services, _) => CreateExpectedKeys(
            services.GetRequiredService<EngineCatalogue>(), services.GetRequiredKeyedService<ConsensusOptions>(name)));
        builder.Services.AddKeyedSingleton(name, (services, _) => new NodeCredentials(
            services.GetRequiredKeyedService<ConsensusOptions>(name),
            services.GetRequiredKeyedService<ExpectedKeys>(name),
            services.GetRequiredKeyedService<TimeProvider>(name),
            services.GetRequiredService<ILogger<PemCredentialSource>>()));
        builder.Services.AddKeyedSingleton(name, (services, _) => CreateArchive(services, services.GetRequiredKeyedService<ConsensusOptions>(name), name));
        builder.Services.AddKeyedSingleton(name, (services, _) => CreateSignals(services.GetService<IMeterFactory>(), services.GetRequiredKeyedService<ConsensusOptions>(name)));
        builder.Services.TryAddKeyedSingleton(name, (_, _) => new HostedPeers());
        builder.Services.TryAddKeyedSingleton<IPeerRegistry>(name, (services, _) => services.GetRequiredKeyedService<HostedPeers>(name));
        builder.Services.TryAddKeyedSingleton<TransportFactory>(name, (_, _) => new TcpTransportSetup(name).Create);
        builder.Services.AddKeyedSingleton(name, (services, _) => new GroupEpochs(services.GetRequiredKeyedService<Consensus.Engine.IEngine>(name)));
        builder.Services.TryAddKeyedSingleton(
            name, (services, _) => services.GetRequiredService<EngineCatalogue>().Create(services, services.GetRequiredKeyedService<ConsensusOptions>(name)));
    }

    private static ExpectedKeys CreateExpectedKeys(EngineCatalogue engines, ConsensusOptions options) =>
        new(MemberKeys.Of(options), engines.Signs(options.EngineName));

    private static SignalSource CreateSignals(IMeterFactory? meters, ConsensusOptions options) => new(meters, options.ClusterId, options.Node);

    private static EvidenceArchive CreateArchive(IServiceProvider services, ConsensusOptions options, string name) => new(
        new EvidenceFolder(services.GetRequiredKeyedService<IFileSystem>(name), Path.Join(options.DataDirectory, "evidence")),
        options.Node,
        services.GetRequiredKeyedService<TimeProvider>(name),
        services.GetRequiredService<ILogger<EvidenceArchive>>());

    private static void AddReplica(ConsensusBuilder builder)
    {
        var name = builder.Name;
        builder.Services.AddKeyedSingleton(name, (services, _) => new HostedConsensus(
            services.GetRequiredKeyedService<ConsensusOptions>(name),
            services.GetRequiredKeyedService<Consensus.Engine.IEngine>(name),
            services.GetRequiredKeyedService<TimeProvider>(name),
            services.GetRequiredService<SignatureLibrary>()));
        builder.Services.TryAddKeyedSingleton<IConsensus>(name, (services, _) => services.GetRequiredKeyedService<HostedConsensus>(name));
        builder.Services.TryAddKeyedSingleton(name, (services, _) => new KeyValueStore(services.GetRequiredKeyedService<IConsensus>(name), MachineId.KeyValue));
        builder.Services.TryAddKeyedSingleton(name, (services, _) => new WorkflowStore(services.GetRequiredKeyedService<IConsensus>(name), MachineId.Workflow));
        builder.Services.AddSingleton<IHostedService>(services =>
        {
            // Services are disposed of in the reverse order of their making: a replica signs until it has stopped.
            _ = services.GetRequiredService<NodeIdentities>();
            return new ConsensusHostedService(
                services, name, services.GetRequiredService<IHostApplicationLifetime>(), services.GetRequiredService<ILogger<ConsensusHostedService>>());
        });
    }

    private static void AddUnkeyed<T>(ConsensusBuilder builder)
        where T : class =>
        builder.Services.TryAddSingleton(services => services.GetRequiredKeyedService<T>(builder.Name));
}
