namespace Consensus.Engine.Tests.Log;

[TestFixture]
internal sealed class EpochEntryTests
{
    private static readonly ClusterMembership Members = new([new Member(new NodeId(3), "host:3"), new Member(new NodeId(5), "host:5")], []);

    [Test]
    public void What_is_written_is_read()
    {
        var with = Entry(EpochEntry.Encode(new Epoch(5), Members, [1, 2, 3]));
        var without = Entry(EpochEntry.Encode(new Epoch(ulong.MaxValue), null, []));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(EpochEntry.ReadNumber(with), Is.EqualTo(new Epoch(5)));
            Assert.That(EpochEntry.ReadMembership(with), Is.EqualTo(Members));
            Assert.That(EpochEntry.ReadNumber(without), Is.EqualTo(new Epoch(ulong.MaxValue)));
            Assert.That(EpochEntry.ReadMembership(without), Is.Null);
        }
    }

    [Test]
    public void Whatever_is_missing_of_the_number_or_the_members_is_damage()
    {
        var whole = EpochEntry.Encode(new Epoch(5), Members, []);

        using (Assert.EnterMultipleScope())
        {
            for (var length = 0; length < whole.Length; length++)
            {
                var cut = Entry(whole[..length]);
                Assert.That(() => EpochEntry.ReadMembership(cut), Throws.TypeOf<ConsensusException>().With.Property(nameof(ConsensusException.Reason)).EqualTo(ConsensusFailure.StorageCorrupt), $"{length} bytes");
            }
        }
    }

    [Test]
    public void Members_that_are_none_are_damage()
    {
        var entry = EpochEntry.Encode(new Epoch(5), Members, []);
        entry[^1] = 7;

        Assert.That(() => EpochEntry.ReadMembership(Entry(entry)), Throws.TypeOf<ConsensusException>().With.Message.Contains("its members are none"));
    }

    private static LogEntry Entry(byte[] payload) => new(new LogIndex(4), default, EntryKind.Epoch, default, payload, default);
}
