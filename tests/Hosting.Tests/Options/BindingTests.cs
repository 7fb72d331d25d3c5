using System.Net;
using System.Text.Json.Nodes;
using Consensus.Hybrid;
using Consensus.Raft;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Consensus.Hosting.Tests;

[TestFixture]
public sealed class BindingTests
{
    [Test]
    public void All_kinds_of_values_are_read()
    {
        var options = Bind(Settings.Valid()
            .With("Algorithm", "RAFT")
            .With("Initialize", "never")
            .With("HandoverTimeout", "1.5s")
            .With("Raft:HeartbeatInterval", "00:00:00.020")
            .With("Raft:ElectionTimeoutMin", "100 ms")
            .With("Raft:Reads", "Lease")
            .With("Raft:ClockDriftMax", 0.25)
            .With("Replica:ReceivedBytesMax", 5_000_000_000)
            .With("Selection:Latency", "99.999ms")
            .With("Members:1:Role", "Learner"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(options.ClusterId.ToString(), Is.EqualTo(Settings.Cluster));
            Assert.That(options.Node, Is.EqualTo(new NodeId(1)));
            Assert.That(options.Algorithm, Is.EqualTo("RAFT"));
            Assert.That(options.Initialize, Is.EqualTo(InitializeMode.Never));
            Assert.That(options.HandoverTimeout, Is.EqualTo(TimeSpan.FromMilliseconds(1500)));
            Assert.That(options.Raft.HeartbeatInterval, Is.EqualTo(TimeSpan.FromMilliseconds(20)));
            Assert.That(options.Raft.ElectionTimeoutMin, Is.EqualTo(TimeSpan.FromMilliseconds(100)));
            Assert.That(options.Raft.Reads, Is.EqualTo(ReadMode.Lease));
            Assert.That(options.Raft.ClockDriftMax, Is.EqualTo(0.25));
            Assert.That(options.Replica.ReceivedBytesMax, Is.EqualTo(5_000_000_000));
            Assert.That(options.Selection.Latency, Is.EqualTo(TimeSpan.FromTicks(999_990)));
            Assert.That(options.Members.Select(member => member.Id.Value), Is.EqualTo([1u, 2u, 3u]));
            Assert.That(options.Members[1].Role, Is.EqualTo(ConfiguredRole.Learner));
            Assert.That(options.Members[2].Address, Is.EqualTo("127.0.0.1:7003"));
        }
    }

    [Test]
    public void Without_a_key_the_default_of_the_component_holds()
    {
        var options = Bind(Settings.Valid());

        Assert.That(options.Raft.ToOptions(), Is.EqualTo(new RaftOptions()));
        Assert.That(options.Replica.ToOptions(options.Snapshots), Is.EqualTo(new Engine.ReplicaOptions()));
        Assert.That(options.Sessions.ToOptions(), Is.EqualTo(new Replication.Sessions.SessionOptions()));
        Assert.That(options.Hybrid.ToRules(), Is.EqualTo(new EpochRules()));
        Assert.That(
            HybridSettings.ToOptions(options) with { Raft = new RaftOptions(), Pbft = new Pbft.PbftOptions(), HotStuff = new HotStuff.HotStuffOptions() }, Is.EqualTo(new HybridOptions()));
    }

    [Test]
    public void Every_setting_of_the_raft_engine_reaches_it() => Assert.That(Lost(new RaftSettings(), settings => settings.ToOptions()), Is.Empty);

    // The largest command is a setting of the replica; the registration of the engine puts it in.
    [Test]
    public void Every_setting_of_the_engines_for_Byzantine_faults_reaches_them()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Lost(new PbftSettings(), settings => settings.ToOptions()), Is.EqualTo([nameof(Byzantine.ByzantineOptions.CommandBytesMax)]));
            Assert.That(Lost(new HotStuffSettings(), settings => settings.ToOptions()), Is.EqualTo([nameof(Byzantine.ByzantineOptions.CommandBytesMax)]));
        }
    }

    [Test]
    public void Every_setting_of_a_replica_reaches_it() => Assert.That(
        Lost(new ReplicaSettings(), settings => settings.ToOptions(new SnapshotSettings())), Is.EqualTo([nameof(Engine.ReplicaOptions.Snapshots)]));

    [Test]
    public void Every_setting_of_the_hybrid_reaches_it()
    {
        var options = Bind(Settings.Valid().With("Hybrid", JsonNode.Parse("""
            {
              "Start": "Pbft", "EscalationTarget": "hotstuff", "EscalatesForCommands": true, "ReturnsAlone": "true", "CheckpointEntries": 7, "FloorInterval": "20ms",
              "Threat": { "Window": "1m", "LowFrom": 2, "MediumFrom": 5, "HighFrom": 9 },
              "Escalation": { "MinimumStay": "0s", "QuietPeriod": "1h", "SwitchesPerHourMax": 6 }
            }
            """)));

        var engine = HybridSettings.ToOptions(options);
        Assert.That(options.Hybrid.ToRules(), Is.EqualTo(new EpochRules { EscalationTarget = EpochProtocol.HotStuff, EscalatesForCommands = true, ReturnsAlone = true }));
        Assert.That((options.Hybrid.Start, engine.CheckpointEntries, engine.FloorInterval), Is.EqualTo((EpochProtocol.Pbft, 7, TimeSpan.FromMilliseconds(20))));
        Assert.That(engine.Threat, Is.EqualTo(new ThreatOptions { Window = TimeSpan.FromMinutes(1), LowFrom = 2, MediumFrom = 5, HighFrom = 9 }));
        Assert.That(engine.Escalation, Is.EqualTo(new EscalationOptions { MinimumStay = TimeSpan.Zero, QuietPeriod = TimeSpan.FromHours(1), SwitchesPerHourMax = 6 }));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Lost(new ThreatSettings(), settings => settings.ToOptions()), Is.Empty);
            Assert.That(Lost(new EscalationSettings(), settings => settings.ToOptions()), Is.Empty);
        }
    }

    [Test]
    public void The_address_book_is_read_in_the_order_of_its_addresses_with_members_that_nobody_knows()
    {
        var options = Bind(Settings.Valid().With("Transport:AddressBook", JsonNode.Parse("""
            { "2": [ "10.0.0.2:5001", "backup.example:5001", "[2001:db8::2]:5001" ], "4000000000": [ "10.0.0.9:1" ] }
            """)));

        Assert.That(options.Transport.AddressBook[new NodeId(2)], Is.EqualTo(["10.0.0.2:5001", "backup.example:5001", "[2001:db8::2]:5001"]));
        var book = TcpTransportSetup.ToOptions(options, Transport.ExpectedKeys.None).AddressBook;
        Assert.That(book.TryFind(new NodeId(2), out var endPoints) ? endPoints : [], Is.EqualTo(new EndPoint[]
        {
            new IPEndPoint(IPAddress.Parse("10.0.0.2"), 5001), new DnsEndPoint("backup.example", 5001), new IPEndPoint(IPAddress.Parse("2001:db8::2"), 5001),
        }));
        Assert.That((book.TryFind(new NodeId(4_000_000_000), out _), book.TryFind(new NodeId(3), out _)), Is.EqualTo((true, false)));
    }

    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("null")]
    public void A_book_without_entries_is_one(string book) =>
        Assert.That(Bind(Settings.Valid().With("Transport:AddressBook", JsonNode.Parse(book))).Transport.AddressBook, Is.Empty);

    [Test]
    public void Keys_are_found_whatever_their_case()
    {
        var options = Bind(Settings.Valid().With("raft:heartbeatinterval", "30ms"));

        Assert.That(options.Raft.HeartbeatInterval, Is.EqualTo(TimeSpan.FromMilliseconds(30)));
    }

    [Test]
    public void Members_keep_their_order_when_there_are_more_than_nine()
    {
        var members = new JsonArray([.. Enumerable.Range(1, 12).Select(id => Settings.Member((uint)id))]);

        var options = Bind(Settings.Valid().With("Members", members));

        Assert.That(options.Members.Select(member => member.Id.Value), Is.EqualTo(Enumerable.Range(1, 12)));
    }

    [Test]
    public void A_later_source_overrides_single_keys()
    {
        var configuration = new ConfigurationBuilder()
            .AddConfiguration(new ConfigurationBuilder().AddInMemoryCollection(
                Settings.Valid().ToSection().AsEnumerable().Where(pair => pair.Value is not null)).Build())
            .AddInMemoryCollection([new("Consensus:Raft:HeartbeatInterval", "10ms"), new("Consensus:Members:2:Address", "node3:1")])
            .Build();

        var options = Bind(configuration.GetSection("Consensus"));

        Assert.That(options.Raft.HeartbeatInterval, Is.EqualTo(TimeSpan.FromMilliseconds(10)));
        Assert.That(options.Members[2].Address, Is.EqualTo("node3:1"));
    }

    /// <summary>The options that do not have the value of a setting of the same name, after each setting was given one that is not its default.</summary>
    private static List<string> Lost<TSettings, TOptions>(TSettings settings, Func<TSettings, TOptions> convert)
    {
        foreach (var property in typeof(TSettings).GetProperties())
        {
            property.SetValue(settings, property.GetValue(settings) switch
            {
                TimeSpan value => value + TimeSpan.FromMilliseconds(7),
                int value => value + 7,
                long value => value + 7,
                double value => value / 2,
                ReadMode => ReadMode.Lease,
                HotStuff.HotStuffRuleSet => HotStuff.HotStuffRuleSet.TwoChain,
                var other => throw new NotSupportedException($"{property.Name} has a value of type {other?.GetType()}."),
            });
        }

        var options = convert(settings);
        return
        [
            .. typeof(TOptions).GetProperties()
                .Where(property => property.CanWrite && !Equals(property.GetValue(options), typeof(TSettings).GetProperty(property.Name)?.GetValue(settings)))
                .Select(property => property.Name),
        ];
    }

    private static ConsensusOptions Bind(JsonObject section) => Bind(section.ToSection());

    private static ConsensusOptions Bind(IConfigurationSection section)
    {
        var services = new ServiceCollection();
        services.AddConsensus(section);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<ConsensusOptions>>().Value;
    }
}
