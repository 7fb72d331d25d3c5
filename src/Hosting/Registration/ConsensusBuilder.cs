using System.Diagnostics.CodeAnalysis;
using Consensus.Engine;
using Consensus.Replication;
using Consensus.Replication.KeyValue;
using Consensus.Replication.Workflow;
using Consensus.Storage.Files;
using Consensus.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Consensus.Hosting;

/// <summary>Changes what one group on this host is made of. Everything has a default.</summary>
public sealed class ConsensusBuilder
{
    private static readonly MachineId FirstOwnMachine = new(16);

    internal ConsensusBuilder(IServiceCollection services, string name)
    {
        Services = services;
        Name = name;
    }

    /// <summary>The services that the group is registered in.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The group's name, which is the key of its services; empty for the one that is resolved without a key as well.</summary>
    public string Name { get; }

    /// <summary>Changes the settings after they were read, and before they are checked.</summary>
    public ConsensusBuilder Configure(Action<ConsensusOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.Configure(Name, configure);
        return this;
    }

    /// <summary>Replicates this state machine beside the built-in ones. The same on every replica.</summary>
    /// <param name="machine">What its commands and queries begin with: 16 to 255.</param>
    /// <param name="create">Makes it, as new. Called once.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is one of those kept for built-in machines.</exception>
    public ConsensusBuilder AddStateMachine(MachineId machine, Func<IServiceProvider, IStateMachine> create)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(machine, FirstOwnMachine);
        ArgumentNullException.ThrowIfNull(create);
        Services.AddKeyedSingleton(Name, new AddedMachine(machine, create));
        return this;
    }

    /// <summary>Replicates this state machine and nothing else: the stores of the built-in ones are not there then.</summary>
    /// <param name="create">Makes it, as new. Called once.</param>
    public ConsensusBuilder UseStateMachine(Func<IServiceProvider, IStateMachine> create)
    {
        Services.RemoveAllKeyed<KeyValueStore>(Name);
        Services.RemoveAllKeyed<WorkflowStore>(Name);
        if (Name.Length == 0)
        {
            Services.RemoveAll<KeyValueStore>();
            Services.RemoveAll<WorkflowStore>();
        }

        return Use(create);
    }

    /// <summary>Replicates this state machine, whose constructor takes services if it likes.</summary>
    public ConsensusBuilder UseStateMachine<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IStateMachine =>
        UseStateMachine(services => ActivatorUtilities.CreateInstance<T>(services));

    /// <summary>Reaches the other nodes by this transport instead of TCP.</summary>
    public ConsensusBuilder UseTransport(TransportFactory create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return Use(_ => create);
    }

    /// <summary>
    /// Asks this where the other nodes are, instead of taking the membership's word: a registry of services, for example. It is asked anew at each attempt to connect, but for those
    /// in the address book of the node's settings (<see cref="TransportSettings.AddressBook"/>).
    /// </summary>
    public ConsensusBuilder UsePeerResolver(IPeerResolver resolver)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        return Use(_ => resolver);
    }

    /// <summary>Keeps the data in this file system instead of the machine's own.</summary>
    public ConsensusBuilder UseFileSystem(IFileSystem files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return Use(_ => files);
    }

    /// <summary>Takes the time from this clock instead of the machine's own, or the one registered for the whole host.</summary>
    public ConsensusBuilder UseTimeProvider(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return Use(_ => time);
    }

    /// <summary>Registers an engine, for all groups of the host, under a name that <c>Consensus:Algorithm</c> can choose; an earlier one of that name is replaced.</summary>
    /// <param name="name">The name; case does not matter. Not <c>Auto</c>, which stands for the engine that fits.</param>
    /// <param name="create">Makes the engine for one group.</param>
    /// <param name="toleratesByzantineFaults">Whether it is safe although some members do as they please: then keys and at least four members are demanded.</param>
    public ConsensusBuilder AddEngine(string name, Func<IServiceProvider, ConsensusOptions, IEngine> create, bool toleratesByzantineFaults = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        if (name.Equals(ConsensusOptions.Auto, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"An engine cannot be called \"{name}\": as an algorithm that stands for the engine that fits.", nameof(name));
        }

        Services.AddSingleton(new EngineRegistration(name, create) { ToleratesByzantineFaults = toleratesByzantineFaults });
        return this;
    }

    /// <summary>Adds the group's health checks: live and ready.</summary>
    public ConsensusBuilder AddHealthChecks()
    {
        Services.AddHealthChecks().AddConsensusHealthChecks(Name);
        return this;
    }

    private ConsensusBuilder Use<T>(Func<IServiceProvider, T> create)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(create);
        Services.RemoveAllKeyed<T>(Name);
        Services.AddKeyedSingleton(Name, (services, _) => create(services));
        return this;
    }
}
