using Consensus.Cli.Load;

namespace Consensus.Cli.Tests.Load;

[TestFixture]
public sealed class ThroughputMeterTests
{
    [Test]
    public void An_interval_has_what_was_done_since_the_one_before()
    {
        var meter = new ThroughputMeter(intervalsKept: 8);

        Add(meter, 10);
        meter.CloseInterval(TimeSpan.FromSeconds(2));
        Add(meter, 30);
        meter.CloseInterval(TimeSpan.FromSeconds(1));

        Assert.That(meter.Rates, Is.EqualTo(new[] { 5.0, 30.0 }));
        Assert.That(meter.LastRate, Is.EqualTo(30));
        Assert.That(meter.Count, Is.EqualTo(40));
    }

    [Test]
    public void Only_the_latest_intervals_are_kept()
    {
        var meter = new ThroughputMeter(intervalsKept: 2);

        for (var i = 1; i <= 3; i++)
        {
            Add(meter, i);
            meter.CloseInterval(TimeSpan.FromSeconds(1));
        }

        Assert.That(meter.Rates, Is.EqualTo(new[] { 2.0, 3.0 }));
    }

    private static void Add(ThroughputMeter meter, int count)
    {
        for (var i = 0; i < count; i++)
        {
            meter.Add();
        }
    }
}
