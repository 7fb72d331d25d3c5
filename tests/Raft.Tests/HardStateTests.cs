using System.Collections.Immutable;
using Consensus.Engine;

namespace Consensus.Raft.Tests;

[TestFixture]
public sealed class HardStateTests
{
    [TestCase(0UL, 0U)]
    [TestCase(1UL, 7U)]
    [TestCase(ulong.MaxValue, uint.MaxValue)]
    public void Term_and_vote_come_back_as_they_were_saved(ulong term, uint votedFor)
    {
        var saved = new HardState(new Term(term), new NodeId(votedFor));
        Assert.That(HardState.Read(Recovered(saved.ToBytes())), Is.EqualTo(saved));
    }

    [Test]
    public void The_bytes_are_those_of_the_format() =>
        Assert.That(Convert.ToHexString(new HardState(new Term(0x0102), new NodeId(3)).ToBytes()), Is.EqualTo("0201000000000000" + "03000000"));

    [Test]
    public void A_first_start_has_term_zero_and_no_vote() => Assert.That(HardState.Read(Recovered(null)), Is.EqualTo(default(HardState)));

    [TestCase(0)]
    [TestCase(11)]
    [TestCase(13)]
    public void Anything_else_in_the_slot_stops_the_replica(int length)
    {
        var failure = Assert.Throws<ConsensusException>(() => HardState.Read(Recovered(new byte[length])));
        Assert.That(failure!.Reason, Is.EqualTo(ConsensusFailure.StorageCorrupt));
        Assert.That(failure.Message, Does.Contain($"{length} bytes instead of 12"));
    }

    private static RecoveredState Recovered(byte[]? slot) => new()
    {
        Snapshot = null,
        Base = LogPosition.Origin,
        Entries = [],
        Slots = slot is null ? ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty : ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty.Add(HardState.Slot, slot),
        LastLsn = Lsn.Zero,
        Bootstrap = ClusterMembership.Empty,
        AcceptsWrites = true,
    };
}
