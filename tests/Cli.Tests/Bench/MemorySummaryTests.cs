using Consensus.Cli.Bench;

namespace Consensus.Cli.Tests.Bench;

[TestFixture]
public sealed class MemorySummaryTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    [Test]
    public void The_last_third_is_set_against_the_first()
    {
        var trend = MemoryTrend.Of([100, 300, 900, 50, 250, 270, 999]);

        Assert.That(trend, Is.EqualTo(new MemoryTrend(Min: 50, Max: 999, FirstThird: 200, LastThird: 634)));
        Assert.That(trend.Growth, Is.EqualTo(2.17));
    }

    [Test]
    public void Two_samples_show_no_trend()
    {
        Assert.That(MemorySummary.Of([new MemoryUse(1, 1), new MemoryUse(2, 2)], Interval), Is.Null);
    }

    [Test]
    public void Heaps_that_cannot_be_seen_are_left_out()
    {
        var memory = MemorySummary.Of([new MemoryUse(1, null), new MemoryUse(2, null), new MemoryUse(3, null)], Interval);

        Assert.That(memory, Is.EqualTo(new MemorySummary(3, 10, new MemoryTrend(1, 3, 1, 3), null)));
    }

    [Test]
    public void This_process_has_a_heap_within_its_working_set()
    {
        var memory = MemoryUse.OfThisProcess();

        Assert.That(memory.ManagedHeap, Is.Positive.And.LessThan(memory.WorkingSet));
    }
}
