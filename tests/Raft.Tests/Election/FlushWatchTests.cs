using Consensus.Engine;
using Consensus.Raft.Election;

namespace Consensus.Raft.Tests.Election;

[TestFixture]
public sealed class FlushWatchTests
{
    private static readonly TimeSpan Limit = new(100);

    [TestCase(100, false)]
    [TestCase(1100, false, Description = "exactly the limit")]
    [TestCase(1101, true)]
    public void A_flush_is_overdue_when_it_was_owed_for_longer_than_the_limit(long now, bool expected)
    {
        var watch = new FlushWatch(new Lsn(5));
        watch.Note(new Ticks(1000), new Lsn(6));
        Assert.That(watch.IsStalled(new Ticks(now), Limit), Is.EqualTo(expected));
    }

    [Test]
    public void A_disk_that_owes_nothing_is_never_overdue()
    {
        var watch = new FlushWatch(new Lsn(5));
        watch.Note(new Ticks(1000), new Lsn(5));
        Assert.That(watch.IsStalled(new Ticks(long.MaxValue - 1), Limit), Is.False);
    }

    [Test]
    public void What_is_owed_first_counts_and_not_what_comes_after()
    {
        var watch = new FlushWatch(new Lsn(5));
        watch.Note(new Ticks(1000), new Lsn(6));
        watch.Note(new Ticks(1090), new Lsn(9));
        Assert.That(watch.IsStalled(new Ticks(1101), Limit), Is.True);
        watch.OnDurable(new Lsn(6));
        Assert.That(watch.IsStalled(new Ticks(1101), Limit), Is.False);
        watch.Note(new Ticks(1101), new Lsn(9));
        Assert.That(watch.IsStalled(new Ticks(1201), Limit), Is.False, "the rest is owed from the end of that turn on");
        Assert.That(watch.IsStalled(new Ticks(1202), Limit), Is.True);
    }

    [Test]
    public void A_completion_that_covers_only_a_part_of_what_is_owed_does_not_end_it()
    {
        var watch = new FlushWatch(new Lsn(5));
        watch.Note(new Ticks(1000), new Lsn(8));
        watch.OnDurable(new Lsn(7));
        Assert.That(watch.IsStalled(new Ticks(1101), Limit), Is.True);
    }
}
