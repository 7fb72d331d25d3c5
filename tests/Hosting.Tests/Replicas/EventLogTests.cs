using Microsoft.Extensions.Logging;

namespace Consensus.Hosting.Tests;

/// <summary>What is written of leaders whose times are out of range, of members that ask without end, of those that lie, and of epochs that end.</summary>
[TestFixture]
public sealed class EventLogTests
{
    private static IEnumerable<TestCaseData> Rows =>
    [
        new TestCaseData(
            new TimestampOutOfRange(new NodeId(2), new Timestamp(32_503_680_000_000), new Timestamp(1_795_000_000_123)),
            168,
            "Node 1: what node 2 proposes would set the log's time to 3000-01-01T00:00:00.000Z; the clock here shows 2026-11-18T11:06:40.123Z. One of the two clocks is wrong, or that node is faulty: the others' lines say which.")
            .SetArgDisplayNames("a time of the calendar"),
        new TestCaseData(
            new TimestampOutOfRange(new NodeId(2), new Timestamp(long.MaxValue), new Timestamp(0)),
            168,
            "Node 1: what node 2 proposes would set the log's time to 9223372036854775807 ms; the clock here shows 1970-01-01T00:00:00.000Z. One of the two clocks is wrong, or that node is faulty: the others' lines say which.")
            .SetArgDisplayNames("a time beyond it"),
        new TestCaseData(
            new TamperingDetected(new NodeId(3), "block 5 is another one"),
            171,
            "Node 1: what node 3 has sent is not what it is said to be: block 5 is another one. That node is faulty, or its memory; nothing follows from what one node has seen.")
            .SetArgDisplayNames("tampering"),
        new TestCaseData(
            new PeerFlooding(new NodeId(3), 4321),
            169,
            "Node 1: node 3 asks for more than any node needs that follows the protocol; 4321 of its messages were dropped.")
            .SetArgDisplayNames("a flood"),
        new TestCaseData(
            new ThreatLevelChanged(ThreatLevel.Medium, new NodeId(3), IsAgreed: false),
            137,
            "Node 1 has seen node 3 send what nobody sends who keeps to the protocol; the level is Medium. Nothing follows from what one node has seen.")
            .SetArgDisplayNames("a suspicion"),
        new TestCaseData(
            new EpochDiverged(new Epoch(2), new NodeId(3), default, new Digest([.. Enumerable.Repeat((byte)0xAB, Digest.Size)])),
            139,
            $"Node 1: node 3 takes epoch 2 for {string.Concat(Enumerable.Repeat("ab", Digest.Size))}, and here it is {new string('0', 2 * Digest.Size)}, so neither hears the other. Members, their public keys, and Hybrid:Start, EscalationTarget, EscalatesForCommands, ReturnsAlone and OperatorKeys must be the same on all nodes. If they are, node 3 lies.")
            .SetArgDisplayNames("another epoch"),
    ];

    private static IEnumerable<TestCaseData> RowsOfEpochs =>
    [
        new TestCaseData(new EpochEnded(new Epoch(2), "node 3 is proven to lie", EpochEndCause.Evidence), LogLevel.Information, 135, "Node 1 has ended epoch 2: node 3 is proven to lie.")
            .SetArgDisplayNames("the end of an epoch"),
        new TestCaseData(new ThreatLevelChanged(ThreatLevel.None, NodeId.None, IsAgreed: true), LogLevel.Information, 136, "Node 1 suspects nobody any more.")
            .SetArgDisplayNames("nobody is suspected"),
        new TestCaseData(new ThreatLevelChanged(ThreatLevel.None, NodeId.None, IsAgreed: false), LogLevel.Information, 136, "Node 1 suspects nobody any more.")
            .SetArgDisplayNames("nobody is suspected, whoever says so"),
        new TestCaseData(
            new ThreatLevelChanged(ThreatLevel.High, new NodeId(3), IsAgreed: true),
            LogLevel.Error,
            138,
            "Node 1: the level is High over node 3, by what so many nodes report that at least one of them does not lie, or by evidence.")
            .SetArgDisplayNames("an agreed level"),
    ];

    [TestCaseSource(nameof(Rows))]
    public async Task What_happens_is_written_with_its_number_and_all_that_is_known(ConsensusEvent happening, int id, string message)
    {
        var output = await WrittenEvents.OfAsync([happening]);

        Assert.That(output.Lines, Is.EqualTo(new[] { (LogLevel.Warning, id, message) }));
    }

    [TestCaseSource(nameof(RowsOfEpochs))]
    public async Task What_is_known_of_liars_and_what_follows_is_written_as_gravely_as_it_is(ConsensusEvent happening, LogLevel level, int id, string message)
    {
        var output = await WrittenEvents.OfAsync([happening]);

        Assert.That(output.Lines, Is.EqualTo(new[] { (level, id, message) }));
    }
}
