using System.Text.Json.Nodes;
using Consensus.Hosting.Binding;

namespace Consensus.Hosting.Tests;

/// <summary>Which engine the algorithm <c>Auto</c> stands for: the selector's answer (whose table has tests of its own) to what the section says.</summary>
[TestFixture]
public sealed class AutoTests
{
    [TestCase("raft", 3, """{}""")]
    [TestCase("raft", 3, """{ "Latency": "1ms" }""")]
    [TestCase("raft", 64, """{ "SwarmSizeLimit": 4 }""")]
    [TestCase("pbft", 4, """{ "Byzantine": true }""")]
    [TestCase("pbft", 4, """{ "Byzantine": true, "Latency": "100ms" }""")]
    [TestCase("pbft", 4, """{ "Byzantine": true, "Latency": "100.001ms" }""")]
    [TestCase("hotstuff", 4, """{ "Byzantine": true, "Latency": "99.999ms" }""")]
    [TestCase("hotstuff", 4, """{ "Byzantine": true, "Latency": "100ms", "LatencyLimit": "100.001ms" }""")]
    [TestCase("pbft", 4, """{ "Byzantine": true, "Latency": "100.001ms", "LatencyLimit": "100.001ms" }""")]
    [TestCase("pbft", 4, """{ "Byzantine": true, "Latency": "1ms", "LatencyLimit": "1ms" }""")]
    [TestCase("hotstuff", 4, """{ "Byzantine": true, "Latency": "59m", "LatencyLimit": "1h" }""")]
    [TestCase("pbft", 4, """{ "Byzantine": true, "SwarmSizeLimit": 4 }""")]
    [TestCase("gossip", 5, """{ "Byzantine": true, "SwarmSizeLimit": 4 }""")]
    [TestCase("gossip", 64, """{ "Byzantine": true, "SwarmSizeLimit": 63 }""")]
    [TestCase("pbft", 64, """{ "Byzantine": true, "SwarmSizeLimit": 64 }""")]
    [TestCase("pbft", 64, """{ "Byzantine": true, "SwarmSizeLimit": 1000000 }""")]
    [TestCase("", 3, """{ "Byzantine": true }""")]
    [TestCase("", 4, """{ "Byzantine": true, "SwarmSizeLimit": 3 }""")]
    public void The_engine_follows_from_the_section(string engine, int members, string selection)
    {
        var options = Bind(members, "Auto", selection);

        Assert.That((options.EngineName, options.IsAuto), Is.EqualTo((engine, true)));
    }

    [Test]
    public void Members_that_do_not_vote_do_not_count()
    {
        var options = Bind(5, "AUTO", """{ "Byzantine": true, "SwarmSizeLimit": 4 }""");
        options.Members[4].Role = ConfiguredRole.Learner;

        Assert.That(options.EngineName, Is.EqualTo("pbft"));
    }

    [Test]
    public void An_engine_that_is_named_is_that_one() =>
        Assert.That(Bind(4, "raft", """{ "Byzantine": true }""").EngineName, Is.EqualTo("raft"));

    private static ConsensusOptions Bind(int members, string algorithm, string selection)
    {
        var options = new ConsensusOptions();
        var section = Settings.Valid()
            .With("Algorithm", algorithm)
            .With("Members", new JsonArray([.. Enumerable.Range(1, members).Select(id => (JsonNode)Settings.Member((uint)id))]))
            .With("Selection", JsonNode.Parse(selection));
        ConsensusOptionsBinder.Bind(section.ToSection(), options);
        Assert.That(options.BindingProblems.Sentences, Is.Empty);
        return options;
    }
}
