namespace Consensus.Simulation.Tests.Runs;

public sealed class HeapTrendTests
{
    [TestCase(0, true)]
    [TestCase(1, true)]
    [TestCase(5, false)]
    public void A_heap_that_swings_is_flat_and_one_that_grows_by_a_twentieth_each_time_is_not(int growthPercent, bool isFlat)
    {
        long[] sizes = [.. Enumerable.Range(0, 20).Select(i => 10_000L + (i % 3 * 1000) + (i * growthPercent * 100))];
        Assert.That(new HeapTrend(sizes).IsFlat, Is.EqualTo(isFlat));
    }

    [Test]
    public void A_few_sizes_say_nothing() => Assert.That(new HeapTrend([1, 1, 1]).IsFlat, Is.False);
}
