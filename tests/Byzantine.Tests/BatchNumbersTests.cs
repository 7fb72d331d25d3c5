namespace Consensus.Byzantine.Tests;

public sealed class BatchNumbersTests
{
    private const long Day = 24L * 3600 * 1000;

    [Test]
    public void Numbers_rise_also_when_the_clock_goes_back()
    {
        var numbers = new BatchNumbers(7);
        var given = new[] { Day, Day, 2 * Day, Day, 0 }.Select(time => numbers.Next(new Timestamp(time), 0)).ToArray();

        Assert.That(given, Is.Ordered.Ascending.And.Unique);
        Assert.That(numbers.Last, Is.EqualTo(given[^1]));
    }

    [Test]
    public void A_later_run_begins_above_an_earlier_one_without_its_log()
    {
        var before = new BatchNumbers(ulong.MaxValue).Next(new Timestamp(Day), 0);

        Assert.That(new BatchNumbers(0).Next(new Timestamp(2 * Day), 0), Is.GreaterThan(before));
    }

    [Test]
    public void A_run_whose_clock_has_gone_back_does_not_go_on_where_the_one_before_has_stopped([Values(1ul, 77ul, ulong.MaxValue)] ulong seed)
    {
        var earlier = new BatchNumbers(99);
        var ordered = earlier.Next(new Timestamp(2 * Day), 0);
        var onTheirWay = Enumerable.Range(0, 4).Select(_ => earlier.Next(new Timestamp(2 * Day), ordered)).ToArray();

        var next = new BatchNumbers(seed).Next(new Timestamp(Day), ordered);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(next, Is.GreaterThan(ordered));
            Assert.That(seed == 1 || !onTheirWay.Contains(next), Is.True, "by chance alone, one in 2^30");
        }
    }

    [Test]
    public void Without_clock_and_log_numbers_leap_until_one_is_ordered()
    {
        var ordered = new BatchNumbers(5).Next(new Timestamp(400 * Day), 0);
        var numbers = new BatchNumbers(6);
        var first = numbers.Next(default, 0);
        var intervals = 0;
        while (numbers.Next(default, 0) < ordered)
        {
            numbers.OnNotOrdered();
            intervals++;
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first, Is.LessThan(ordered));
            Assert.That(intervals, Is.InRange(8, 1024));
            Assert.That(numbers.Lowest, Is.GreaterThan(first), "what waits gets another number");
        }
    }

    /// <summary>HotStuff, ten nodes, seed 342: a node lost its log again, its clock an hour behind, after a run that had leapt far; it was not heard for half a minute.</summary>
    [TestCase(1)]
    [TestCase(8)]
    [TestCase(40)]
    [TestCase(100)]
    public void A_run_is_soon_beyond_one_that_has_leapt_before_it(int intervalsBefore)
    {
        var before = new BatchNumbers(5);
        before.Next(new Timestamp(400 * Day), 0);
        for (var i = 0; i < intervalsBefore; i++)
        {
            before.OnNotOrdered();
        }

        var ordered = before.Next(new Timestamp(400 * Day), 0);
        var numbers = new BatchNumbers(6);
        var intervals = 0;
        while (numbers.Next(new Timestamp(400 * Day - (Day / 24)), 0) < ordered)
        {
            numbers.OnNotOrdered();
            intervals++;
        }

        Assert.That(intervals, Is.InRange(1, 2 * Math.Max(32, intervalsBefore)));
    }

    [Test]
    public void Where_batches_are_ordered_nothing_leaps()
    {
        var numbers = new BatchNumbers(6);
        numbers.Next(default, 0);
        for (var i = 0; i < 1000; i++)
        {
            numbers.OnNotOrdered();
            numbers.OnOrdered();
        }

        Assert.That(numbers.Lowest, Is.Zero);
    }
}
