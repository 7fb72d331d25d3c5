using Consensus.Replication;
using Consensus.Replication.KeyValue;
using Consensus.Replication.Workflow;
using Consensus.Storage.Files;
using Consensus.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Consensus.Hosting.Tests;

[TestFixture]
[CancelAfter(120_000)]
public sealed class RegistrationTests
{
    [Test]
    public void The_group_without_a_name_is_resolved_with_and_without_a_key()
    {
        var services = new ServiceCollection();
        services.AddConsensus(Settings.Valid().ToSection());
        using var provider = services.BuildServiceProvider();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(provider.GetRequiredService<IConsensus>(), Is.SameAs(provider.GetRequiredKeyedService<IConsensus>("")));
            Assert.That(provider.GetRequiredService<KeyValueStore>(), Is.SameAs(provider.GetRequiredKeyedService<KeyValueStore>("")));
            Assert.That(provider.GetRequiredService<WorkflowStore>(), Is.SameAs(provider.GetRequiredKeyedService<WorkflowStore>("")));
            Assert.That(provider.GetRequiredService<ConsensusOptions>().Node, Is.EqualTo(new NodeId(1)));
            Assert.That(provider.GetRequiredService<IOptions<ConsensusOptions>>().Value.Node, Is.EqualTo(new NodeId(1)));
        }
    }

    [Test]
    public void Groups_with_names_are_resolved_by_them_and_not_without()
    {
        var services = new ServiceCollection();
        services.AddConsensus("orders", Settings.Valid(1).ToSection());
        services.AddConsensus("stock", Settings.Valid(2).ToSection());
        using var provider = services.BuildServiceProvider();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(provider.GetRequiredKeyedService<IConsensus>("orders").Status.Node, Is.EqualTo(new NodeId(1)));
            Assert.That(provider.GetRequiredKeyedService<IConsensus>("stock").Status.Node, Is.EqualTo(new NodeId(2)));
            Assert.That(provider.GetService<IConsensus>(), Is.Null);
            Assert.That(provider.GetService<ConsensusOptions>(), Is.Null);
            Assert.That(services.Count(service => service.ServiceType == typeof(IHostedService)), Is.EqualTo(2));
        }
    }

    [Test]
    public void Two_groups_of_one_name_are_refused()
    {
        var services = new ServiceCollection();
        services.AddConsensus(Settings.Valid().ToSection());

        var exception = Assert.Throws<InvalidOperationException>(() => services.AddConsensus(Settings.Valid().ToSection()));
        Assert.That(exception.Message, Does.Contain("has been added already"));
    }

    [Test]
    public void A_state_machine_of_ones_own_takes_the_place_of_the_built_in_ones()
    {
        var machine = new KeyValueStateMachine();
        var services = new ServiceCollection();
        services.AddConsensus(Settings.Valid().ToSection()).UseStateMachine(_ => machine);
        using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredKeyedService<IStateMachine>(""), Is.SameAs(machine));
        Assert.That(provider.GetService<KeyValueStore>(), Is.Null);
        Assert.That(provider.GetKeyedService<KeyValueStore>(""), Is.Null);
        Assert.That(provider.GetService<WorkflowStore>(), Is.Null);
        Assert.That(provider.GetKeyedService<WorkflowStore>(""), Is.Null);
    }

    [Test]
    public void A_state_machine_is_made_by_its_constructor()
    {
        var services = new ServiceCollection();
        services.AddConsensus(Settings.Valid().ToSection()).UseStateMachine<KeyValueStateMachine>();
        using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredKeyedService<IStateMachine>(""), Is.TypeOf<KeyValueStateMachine>());
    }

    [Test]
    public void Numbers_of_built_in_machines_are_not_for_others()
    {
        var builder = new ServiceCollection().AddConsensus(Settings.Valid().ToSection());

        Assert.That(() => builder.AddStateMachine(new MachineId(15), _ => new KeyValueStateMachine()), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void No_engine_is_called_as_the_choice_among_them()
    {
        var builder = new ServiceCollection().AddConsensus(Settings.Valid().ToSection());

        Assert.That(() => builder.AddEngine("auto", (_, _) => throw new InvalidOperationException()), Throws.ArgumentException.With.Message.StartsWith("An engine cannot be called \"auto\""));
    }

    [Test]
    public void What_was_registered_before_stays()
    {
        var files = new MemoryFileSystem();
        var time = new StoppedTime();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time);
        services.AddKeyedSingleton<IFileSystem>("", files);
        services.AddConsensus(Settings.Valid().ToSection());
        using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredKeyedService<TimeProvider>(""), Is.SameAs(time));
        Assert.That(provider.GetRequiredKeyedService<IFileSystem>(""), Is.SameAs(files));
    }

    [Test]
    public void A_host_with_invalid_settings_does_not_start_and_names_all_groups()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddConsensus("orders", Settings.Valid().With("Raft:InflightMessagesMax", 0).ToSection("Orders"));
        builder.Services.AddConsensus("stock", Settings.Valid().With("Node", 0).ToSection("Stock"));
        using var host = builder.Build();

        var exception = Assert.Throws<AggregateException>(() => host.Start());

        Assert.That(
            exception.InnerExceptions.OfType<OptionsValidationException>().SelectMany(inner => inner.Failures).Select(failure => failure.Split(' ')[0]),
            Is.SupersetOf(["Orders:Raft:InflightMessagesMax", "Stock:Node"]));
    }

    [Test]
    public async Task Operations_before_the_start_wait_for_it(CancellationToken cancellationToken)
    {
        await using var cluster = new Cluster();
        var section = Cluster.Section(1).With("Members", new System.Text.Json.Nodes.JsonArray(Settings.Member(1)));
        using var host = cluster.Host(1, new MemoryFileSystem(), section);
        var consensus = host.Services.GetRequiredService<IConsensus>();
        var key = "early"u8.ToArray();
        var before = consensus.Status;
        var put = host.Services.GetRequiredService<KeyValueStore>().PutAsync(key, key, cancellationToken: cancellationToken);

        await host.StartAsync(cancellationToken);

        Assert.That((await put).IsApplied, Is.True);
        Assert.That(before.Role, Is.EqualTo(ReplicaRole.Follower));
        Assert.That(before.Leader, Is.EqualTo(NodeId.None));
        await host.StopAsync(cancellationToken);
    }

    [Test]
    public void A_node_that_was_not_started_has_no_peers()
    {
        var services = new ServiceCollection();
        services.AddConsensus(Settings.Valid().ToSection());
        using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredService<IPeerRegistry>().ListPeers(), Is.Empty);
    }

    [Test]
    public async Task Operations_on_a_host_that_is_never_started_say_so()
    {
        var services = new ServiceCollection();
        services.AddConsensus(Settings.Valid().With("Replica:OperationTimeout", "1ms").ToSection());
        await using var provider = services.BuildServiceProvider();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => provider.GetRequiredService<IConsensus>().ReadBarrierAsync().AsTask());

        Assert.That(exception.Message, Is.EqualTo("Node 1 of Consensus has not been started within 1ms. Its host must be started before it is used."));
    }

    [Test]
    public async Task Two_groups_in_one_process_keep_their_data_apart(CancellationToken cancellationToken)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        foreach (var name in new[] { "orders", "stock" })
        {
            var network = new InProcessNetwork(new InProcessOptions());
            var section = Cluster.Section(1).With("Members", new System.Text.Json.Nodes.JsonArray(Settings.Member(1)));
            builder.Services.AddConsensus(name, section.ToSection(name))
                .UseFileSystem(new MemoryFileSystem())
                .UseTransport((_, options, engine) => network.CreateTransport(options.Node, engine.Codec));
        }

        using var host = builder.Build();
        await host.StartAsync(cancellationToken);
        var orders = host.Services.GetRequiredKeyedService<KeyValueStore>("orders");
        var stock = host.Services.GetRequiredKeyedService<KeyValueStore>("stock");
        await host.Services.GetRequiredKeyedService<IConsensus>("orders").LeaderAsync(cancellationToken);
        await host.Services.GetRequiredKeyedService<IConsensus>("stock").LeaderAsync(cancellationToken);

        var put = await orders.PutAsync("key"u8.ToArray(), "value"u8.ToArray(), cancellationToken: cancellationToken);

        Assert.That(put.IsApplied, Is.True, $"{put}");
        Assert.That(host.Services.GetRequiredKeyedService<IPeerRegistry>("orders").ListPeers(), Is.Null, "In process nobody keeps a registry of peers.");
        Assert.That((await orders.GetAsync("key"u8.ToArray(), cancellationToken: cancellationToken)).IsFound, Is.True);
        Assert.That((await stock.GetAsync("key"u8.ToArray(), cancellationToken: cancellationToken)) is { IsAnswered: true, IsFound: false }, Is.True);
        await host.StopAsync(cancellationToken);
    }

    private sealed class StoppedTime : TimeProvider;
}
