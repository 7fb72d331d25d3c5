using System.Text.Json.Nodes;
using Consensus.Raft;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Consensus.Hosting.Tests;

/// <summary>Each rule with a value that breaks it and what is said then; and that all is said at once.</summary>
[TestFixture]
public sealed class ValidationTests
{
    private static readonly (string Path, string? Json, string Sentence)[] Rules =
    [
        // Presence.
        ("ClusterId", null, "Consensus:ClusterId is missing; allowed: 32 hexadecimal digits, with or without hyphens, not all zero."),
        ("Node", null, "Consensus:Node is missing; allowed: a whole number from 1 to 4,294,967,295."),
        ("DataDirectory", null, "Consensus:DataDirectory is missing; allowed: a text that is not empty."),
        ("DataDirectory", "\" \"", "Consensus:DataDirectory is missing; allowed: a text that is not empty."),
        ("Members", null, "Consensus:Members has 0 members; allowed: 1 to 64."),
        ("Members", "[]", "Consensus:Members has 0 members; allowed: 1 to 64."),
        ("Members:1:Id", null, "Consensus:Members:1:Id is missing; allowed: a whole number from 1 to 4,294,967,295."),
        ("Members:1:Address", null, "Consensus:Members:1:Address is missing; allowed: a text that is not empty."),

        // Types.
        ("ClusterId", "\"mine\"", "Consensus:ClusterId is \"mine\"; allowed: 32 hexadecimal digits, with or without hyphens, not all zero."),
        ("Node", "-1", "Consensus:Node is \"-1\"; allowed: a whole number from 1 to 4,294,967,295."),
        ("Node", "{\"Id\": 1}", "Consensus:Node is an object or a list; allowed: a whole number from 1 to 4,294,967,295."),
        ("Node", "null", "Consensus:Node is null; allowed: a whole number from 1 to 4,294,967,295."),
        ("Raft", "\"fast\"", "Consensus:Raft is \"fast\"; allowed: an object."),
        ("Members", "\"all\"", "Consensus:Members is \"all\"; allowed: a list of members."),
        ("Members", "{\"first\": {}}", "Consensus:Members is an object with the key first; allowed: a list of members."),
        ("Raft:AppendBytesMax", "\"many\"", "Consensus:Raft:AppendBytesMax is \"many\"; allowed: a whole number from 1,024 to 4,194,304."),
        ("Raft:AppendBytesMax", "99999999999", "Consensus:Raft:AppendBytesMax is \"99999999999\"; allowed: a whole number from 1,024 to 4,194,304."),
        ("Raft:HeartbeatInterval", "40", "Consensus:Raft:HeartbeatInterval is \"40\"; allowed: a duration such as \"150ms\", \"2s\" or \"00:00:00.150\", from 1ms to 1m."),
        ("Raft:Reads", "\"Eager\"", "Consensus:Raft:Reads is \"Eager\"; allowed: one of ReadIndex, Lease."),
        ("Raft:Reads", "1", "Consensus:Raft:Reads is \"1\"; allowed: one of ReadIndex, Lease."),
        ("Raft:ClockDriftMax", "\"NaN\"", "Consensus:Raft:ClockDriftMax is \"NaN\"; allowed: a number from 0 to 0.5."),

        // Unknown keys.
        ("Nodes", "1", "Consensus:Nodes is not a known key; the nearest one is Node."),
        ("Raft:HeartbeatIntervall", "\"40ms\"", "Consensus:Raft:HeartbeatIntervall is not a known key; the nearest one is HeartbeatInterval."),
        ("Raftt", "{}", "Consensus:Raftt is not a known key; the nearest one is Raft."),
        ("Members:0:Adress", "\"a:1\"", "Consensus:Members:0:Adress is not a known key; the nearest one is Address."),

        // Bounds.
        ("Raft:InflightMessagesMax", "0", "Consensus:Raft:InflightMessagesMax is 0; allowed: a whole number from 1 to 4,096."),
        ("Raft:ClockDriftMax", "0.6", "Consensus:Raft:ClockDriftMax is 0.6; allowed: a number from 0 to 0.5."),
        ("Pbft:ClockErrorMax", "\"50ms\"", "Consensus:Pbft:ClockErrorMax is 50ms; allowed: a duration such as \"150ms\", \"2s\" or \"00:00:00.150\", from 100ms to 1d."),
        ("HotStuff:ClockErrorMax", "\"2d\"", "Consensus:HotStuff:ClockErrorMax is 2d; allowed: a duration such as \"150ms\", \"2s\" or \"00:00:00.150\", from 100ms to 1d."),
        ("HandoverTimeout", "\"2m\"", "Consensus:HandoverTimeout is 2m; allowed: a duration such as \"150ms\", \"2s\" or \"00:00:00.150\", from 0s to 1m."),
        ("Replica:ReceivedBytesMax", "1000", "Consensus:Replica:ReceivedBytesMax is 1000; allowed: a whole number from 1,048,576 to 68,719,476,736."),
        ("Sessions:SessionsMax", "0", "Consensus:Sessions:SessionsMax is 0; allowed: a whole number from 1 to 1,000,000."),
        ("Snapshots:Retained", "0", "Consensus:Snapshots:Retained is 0; allowed: a whole number from 1 to 100."),
        ("Storage:SegmentBytes", "1", "Consensus:Storage:SegmentBytes is 1; allowed: a whole number from 4,096 to 536,870,912."),
        ("Transport:PendingHandshakesMax", "0", "Consensus:Transport:PendingHandshakesMax is 0; allowed: a whole number from 1 to 65,536."),
        ("Http:ScanEntriesMax", "0", "Consensus:Http:ScanEntriesMax is 0; allowed: a whole number from 1 to 10,000."),

        // Members.
        ("Members:2:Id", "1", "Consensus:Members:2:Id is 1; allowed: a number that no other member has; Consensus:Members:0 has this one."),
        ("Members:2:Address", "\"127.0.0.1:7001\"", "Consensus:Members:2:Address is \"127.0.0.1:7001\"; allowed: an address that no other member has; Consensus:Members:0 has this one."),
        ("Members:0:Address", "\"localhost\"", "Consensus:Members:0:Address is \"localhost\"; allowed: host:port with a port from 1 to 65,535, an IPv6 address in brackets."),
        ("Members:0:Address", "\"::1:80\"", "Consensus:Members:0:Address is \"::1:80\"; allowed: host:port with a port from 1 to 65,535, an IPv6 address in brackets."),
        ("Members:0:Address", "\"a b:80\"", "Consensus:Members:0:Address is \"a b:80\"; allowed: host:port with a port from 1 to 65,535, an IPv6 address in brackets."),
        ("Members:0:Address", "\"host:0\"", "Consensus:Members:0:Address is \"host:0\"; allowed: host:port with a port from 1 to 65,535, an IPv6 address in brackets."),
        ("Node", "9", "Consensus:Node is 9; allowed: the id of one of Consensus:Members (1, 2, 3), unless Consensus:Initialize is \"Join\"."),

        // Combinations.
        ("Algorithm", "\"Automatic\"", "Consensus:Algorithm is \"Automatic\"; allowed: a registered engine, which are: hotstuff, hybrid, pbft, raft; or Auto, and the one that fits is chosen."),
        ("Selection:SwarmSizeLimit", "3", "Consensus:Selection:SwarmSizeLimit is 3; allowed: a whole number from 4 to 1,000,000."),
        ("Selection:SwarmSizeLimit", "1000001", "Consensus:Selection:SwarmSizeLimit is 1000001; allowed: a whole number from 4 to 1,000,000."),
        ("Selection:LatencyLimit", "\"999us\"", "Consensus:Selection:LatencyLimit is 999us; allowed: a duration such as \"150ms\", \"2s\" or \"00:00:00.150\", from 1ms to 1h."),
        ("Selection:Latency", "\"0s\"", "Consensus:Selection:Latency is 0s; allowed: a duration such as \"150ms\", \"2s\" or \"00:00:00.150\", from 1us to 1h."),
        ("Selection:Byzantine", "true", "Consensus:Selection:Byzantine is true; allowed: false, for the algorithm \"raft\" tolerates no members that lie; or the algorithm \"Auto\", or one that does."),
        ("Raft:HeartbeatInterval", "\"50ms\"", "Consensus:Raft:HeartbeatInterval is 50ms; allowed: less than a third of ElectionTimeoutMin (150ms)."),
        ("Raft:ElectionTimeoutMax", "\"150ms\"", "Consensus:Raft:ElectionTimeoutMax is 150ms; allowed: more than ElectionTimeoutMin (150ms)."),
        ("Raft:InflightBytesMax", "2000", "Consensus:Raft:InflightBytesMax is 2000; allowed: at least AppendBytesMax (262144)."),
        ("Replica:CommandsInFlightMax", "1000", "Consensus:Replica:CommandsInFlightMax is 1000; allowed: a power of two from 1 to 16,384."),
        ("Storage:SegmentBytes", "1000001", "Consensus:Storage:SegmentBytes is 1000001; allowed: a multiple of 512 bytes."),
        ("Storage:SegmentBytes", "44629504", "Consensus:Storage:SegmentBytes is 44629504; allowed: at least 44630016, so that what may be in flight and uncommitted still fits when the disk is full; or lower what bounds it: Raft:UncommittedBytesMax (33554432), Raft:InflightBytesMax (8388608) and Replica:CommandBytesMax (1310720)."),
        ("Transport:Listen", "\"everywhere\"", "Consensus:Transport:Listen is \"everywhere\"; allowed: host:port with a port from 1 to 65,535, an IPv6 address in brackets."),
        ("Transport:BackOffMin", "\"3s\"", "Consensus:Transport:BackOffMin is 3s; allowed: at most BackOffMax (2s)."),
        ("Transport:QueuedBytesMax", "9000000", "Consensus:Transport:QueuedBytesMax is 9000000; allowed: at least twice FrameLengthMax (8388608), so that one long frame does not stop the others."),
        ("Transport:FrameLengthMax", "1048576", "Consensus:Transport:FrameLengthMax is 1048576; allowed: at least 1376256, which is 65536 more than the largest of Replica:CommandBytesMax, Raft:AppendBytesMax and Raft:SnapshotChunkBytes."),
        ("Transport:Tls", "{\"CertificateFile\": \"a\", \"KeyFile\": \"b\"}", "Consensus:Transport:Tls:AuthorityFile is missing; allowed: a file, for TLS needs all three of CertificateFile, KeyFile and AuthorityFile, or none for connections in the clear."),
        ("Transport:Tls:Certificate", "\"a\"", "Consensus:Transport:Tls:Certificate is not a known key; the nearest one is CertificateFile."),
        ("Transport:Tls", "true", "Consensus:Transport:Tls is \"True\"; allowed: an object."),
        ("Http:Listen", "\"8080\"", "Consensus:Http:Listen is \"8080\"; allowed: host:port with a port from 1 to 65,535, an IPv6 address in brackets."),
        ("Http:BodyBytesMax", "2000000", "Consensus:Http:BodyBytesMax is 2000000; allowed: at most Replica:CommandBytesMax (1310720), for a body becomes a command."),
        ("Http:RetryAfter", "\"1500ms\"", "Consensus:Http:RetryAfter is 1500ms; allowed: whole seconds, as HTTP has no smaller ones."),
    ];

    private static IEnumerable<TestCaseData> Cases =>
        Rules.Select(rule => new TestCaseData(rule.Path, rule.Json, rule.Sentence).SetArgDisplayNames(rule.Path, rule.Json ?? "(absent)"));

    [Test]
    public void A_valid_section_passes() => Assert.That(Problems(Settings.Valid()), Is.Empty);

    [TestCaseSource(nameof(Cases))]
    public void A_bad_value_is_one_sentence_with_its_path_and_what_is_allowed(string path, string? json, string sentence)
    {
        var section = Settings.Valid();
        if (json is null)
        {
            section = Without(section, path);
        }
        else
        {
            section.With(path, JsonNode.Parse(json));
        }

        Assert.That(Problems(section), Is.EqualTo([sentence]));
    }

    [Test]
    public void All_problems_are_reported_at_once()
    {
        var section = Settings.Valid()
            .With("Node", "one")
            .With("Raft:InflightMessagesMax", 0)
            .With("Raft:Typo", 1)
            .With("Members:2:Address", "nowhere")
            .With("Algorithm", "paxos")
            .With("Http:RetryAfter", "1ms");

        Assert.That(
            Problems(section).Select(problem => problem.Split(' ')[0]),
            Is.EquivalentTo(
            [
                "Consensus:Node", "Consensus:Raft:InflightMessagesMax", "Consensus:Raft:Typo", "Consensus:Members:2:Address", "Consensus:Algorithm", "Consensus:Http:RetryAfter",
            ]));
    }

    [TestCase(33_554_432, 8_388_608, 64, 44_630_016, TestName = "The_smallest_segment_holds_what_a_leader_may_have_uncommitted")]
    [TestCase(1_048_576, 8_388_608, 64, 12_124_160, TestName = "The_smallest_segment_holds_the_bytes_that_a_leader_may_have_in_flight")]
    [TestCase(1_048_576, 68_719_476_736, 2, 6_356_992, TestName = "The_smallest_segment_holds_the_messages_that_a_leader_may_have_in_flight")]
    public void The_smallest_segment_holds_what_may_be_under_way(long uncommitted, long inflightBytes, int inflightMessages, int smallest)
    {
        var section = Settings.Valid()
            .With("Raft:UncommittedBytesMax", uncommitted)
            .With("Raft:InflightBytesMax", inflightBytes)
            .With("Raft:InflightMessagesMax", inflightMessages);

        Assert.That(Problems(section.With("Storage:SegmentBytes", smallest)), Is.Empty);
        Assert.That(Problems(section.With("Storage:SegmentBytes", smallest - 512)), Has.One.StartsWith($"Consensus:Storage:SegmentBytes is {smallest - 512}; allowed: at least {smallest}, "));
    }

    [Test]
    public void A_missing_section_is_a_sentence() =>
        Assert.That(Problems(Settings.Valid().ToSection("Other").GetSection("Consensus"))[0], Is.EqualTo(
            "Other:Consensus is missing; allowed: an object with the settings of one node."));

    [Test]
    public void Problems_are_named_from_where_the_section_stands() =>
        Assert.That(Problems(Settings.Valid().With("Node", 9).ToSection("Ledger")), Has.Exactly(1).StartsWith("Ledger:Node is 9; allowed: the id of one of Ledger:Members"));

    [Test]
    public void A_group_of_learners_is_refused()
    {
        var section = Settings.Valid().With("Members:0:Role", "Learner").With("Members:1:Role", "Learner").With("Members:2:Role", "Learner");

        Assert.That(Problems(section), Is.EqualTo(["Consensus:Members has no member with the role Voter; allowed: at least one, for somebody must decide."]));
    }

    [Test]
    public void More_than_64_members_are_refused()
    {
        var members = new JsonArray([.. Enumerable.Range(1, 65).Select(id => Settings.Member((uint)id))]);

        Assert.That(Problems(Settings.Valid().With("Members", members)), Is.EqualTo(["Consensus:Members has 65 members; allowed: 1 to 64."]));
    }

    [Test]
    public void A_node_that_joins_need_not_be_among_the_members() =>
        Assert.That(Problems(Settings.Valid().With("Node", 9).With("Initialize", "Join").With("Transport:Listen", "0.0.0.0:7009")), Is.Empty);

    [Test]
    public void A_node_that_joins_needs_an_address_to_listen_on() =>
        Assert.That(Problems(Settings.Valid().With("Node", 9).With("Initialize", "Join")), Is.EqualTo(
            ["Consensus:Transport:Listen is missing, and node 9 is not among Consensus:Members, whose address would stand in; allowed: host:port with a port from 1 to 65,535, an IPv6 address in brackets."]));

    [Test]
    public void Everything_that_is_wrong_with_a_nodes_certificate_is_said_with_its_path()
    {
        var section = Settings.Valid()
            .With("Transport:Tls:CertificateFile", "/nowhere/node.crt")
            .With("Transport:Tls:KeyFile", "/nowhere/node.key")
            .With("Transport:Tls:AuthorityFile", "/nowhere/authority.crt");

        var problems = Problems(section);

        Assert.That(problems, Has.Count.EqualTo(3));
        Assert.That(problems, Has.One.StartsWith("Consensus:Transport:Tls:KeyFile is \"/nowhere/node.key\", which cannot be read ("));
    }

    [Test]
    public void A_file_with_tokens_is_looked_at()
    {
        var problems = Problems(Settings.Valid().With("Http:TokensFile", "/nowhere/tokens"));

        Assert.That(problems, Has.Count.EqualTo(1));
        Assert.That(problems, Has.One.StartsWith("Consensus:Http:TokensFile is \"/nowhere/tokens\", which cannot be read ("));
    }

    [Test]
    public void An_engine_that_was_registered_is_known()
    {
        var services = new ServiceCollection();
        services.AddConsensus(Settings.Valid().With("Algorithm", "mine").ToSection()).AddEngine("Mine", (_, options) => new RaftEngine(options.Raft.ToOptions()));
        using var provider = services.BuildServiceProvider();

        Assert.That(() => provider.GetRequiredService<ConsensusOptions>(), Throws.Nothing);
    }

    [Test]
    public void Without_a_library_for_signatures_a_node_that_signs_is_told_how_to_install_one()
    {
        var services = new ServiceCollection();
        services.AddSingleton(new SignatureLibrary(() => throw new ConsensusException(ConsensusFailure.InvalidConfiguration, "Neither is there. Install one.")));
        services.AddConsensus(Settings.Valid().With("SigningKeyFile", "node-1.signing.key").ToSection());
        using var provider = services.BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<ConsensusOptions>());
        Assert.That(exception.Failures, Has.One.EqualTo("Consensus:SigningKeyFile cannot be used: Neither is there. Install one."));
    }

    [Test]
    public void A_node_that_signs_nothing_needs_no_library_for_signatures()
    {
        var services = new ServiceCollection();
        services.AddSingleton(new SignatureLibrary(() => throw new InvalidOperationException("It was loaded.")));
        services.AddConsensus(Settings.Valid().ToSection());
        using var provider = services.BuildServiceProvider();

        Assert.That(() => provider.GetRequiredService<ConsensusOptions>(), Throws.Nothing);
    }

    [Test]
    public void What_code_changes_is_checked_too()
    {
        var services = new ServiceCollection();
        services.AddConsensus(Settings.Valid().ToSection()).Configure(options => options.Raft.InflightMessagesMax = -1);
        using var provider = services.BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<ConsensusOptions>());
        Assert.That(exception.Failures, Is.EqualTo(["Consensus:Raft:InflightMessagesMax is -1; allowed: a whole number from 1 to 4,096."]));
    }

    private static JsonObject Without(JsonObject section, string path)
    {
        var keys = path.Split(':');
        var parent = keys[..^1].Aggregate((JsonNode)section, (node, key) => node is JsonArray list ? list[int.Parse(key)]! : node[key]!);
        parent.AsObject().Remove(keys[^1]);
        return section;
    }

    private static List<string> Problems(JsonObject section) => Problems(section.ToSection());

    private static List<string> Problems(Microsoft.Extensions.Configuration.IConfigurationSection section)
    {
        var services = new ServiceCollection();
        services.AddConsensus(section);
        using var provider = services.BuildServiceProvider();
        try
        {
            _ = provider.GetRequiredService<ConsensusOptions>();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
    }
}
