using FsCheck;
using FsCheck.Fluent;

namespace Consensus.Engine.Tests.Metrics;

[TestFixture]
public sealed class LatencyHistogramTests
{
    private const double RelativeErrorMax = 1.0 / 128;
    private static readonly double[] Fractions = [0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1];

    /// <summary>Durations of all magnitudes: most would be large if they were drawn evenly.</summary>
    private static Arbitrary<long[]> Samples => Arb.From(Gen.NonEmptyListOf(
        from magnitude in Gen.Choose(0, 40)
        from mantissa in Gen.Choose(0, 1_000_000)
        select (long)((1L << magnitude) * (1 + (mantissa / 1e6)))).Select(list => list.ToArray()));

    [Test]
    public void Every_percentile_is_that_of_the_sorted_samples_to_within_a_128th()
    {
        Prop.ForAll(Samples, samples =>
        {
            var histogram = new LatencyHistogram();
            foreach (var sample in samples)
            {
                histogram.RecordNanoseconds(sample);
            }

            var sorted = samples.Order().ToArray();
            return Array.TrueForAll(Fractions, fraction =>
            {
                var exact = sorted[Math.Max(1, (int)Math.Ceiling(fraction * sorted.Length)) - 1];
                var actual = histogram.Percentile(fraction).TotalNanoseconds;

                // A TimeSpan has ticks of 100 ns.
                return actual >= exact - 100 && actual <= (exact * (1 + RelativeErrorMax)) + 100;
            });
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void Count_and_maximum_are_exact()
    {
        Prop.ForAll(Samples, samples =>
        {
            var histogram = new LatencyHistogram();
            foreach (var sample in samples)
            {
                histogram.RecordNanoseconds(sample);
            }

            return histogram.Count == samples.Length && Math.Abs(histogram.Max.TotalNanoseconds - samples.Max()) <= 100;
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void An_empty_histogram_says_zero()
    {
        var histogram = new LatencyHistogram();

        Assert.That(histogram.Percentile(0.99), Is.EqualTo(TimeSpan.Zero));
        Assert.That(histogram.Max, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void What_is_out_of_range_counts_at_the_end_of_the_range()
    {
        var histogram = new LatencyHistogram();

        histogram.Record(TimeSpan.FromSeconds(-1));
        histogram.Record(TimeSpan.FromDays(1));

        Assert.That(histogram.Count, Is.EqualTo(2));
        Assert.That(histogram.Percentile(0), Is.EqualTo(TimeSpan.Zero));
        Assert.That(histogram.Max, Is.GreaterThan(TimeSpan.FromMinutes(30)).And.LessThan(TimeSpan.FromHours(1)));
    }

    [Test]
    public void Nothing_is_lost_when_many_threads_record()
    {
        const int Threads = 8;
        const int PerThread = 10_000;
        var histogram = new LatencyHistogram();

        Parallel.For(0, Threads, thread =>
        {
            for (var i = 0; i < PerThread; i++)
            {
                histogram.RecordNanoseconds((thread * PerThread) + i);
            }
        });

        Assert.That(histogram.Count, Is.EqualTo(Threads * PerThread));
        Assert.That(histogram.Max.TotalNanoseconds, Is.EqualTo((Threads * PerThread) - 1).Within(100));
    }

    [Test]
    public void What_two_have_recorded_adds_up_to_what_one_would_have()
    {
        Prop.ForAll(Samples, Samples, (left, right) =>
        {
            var (first, second, both) = (new LatencyHistogram(5), new LatencyHistogram(5), new LatencyHistogram(5));
            Array.ForEach(left, first.RecordNanoseconds);
            Array.ForEach(right, second.RecordNanoseconds);
            Array.ForEach([.. left, .. right], both.RecordNanoseconds);

            first.Add(second);

            return first.Count == both.Count && first.Max == both.Max && first.Mean == both.Mean && Array.TrueForAll(Fractions, fraction => first.Percentile(fraction) == both.Percentile(fraction));
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void The_mean_is_that_of_the_samples()
    {
        var histogram = new LatencyHistogram();

        histogram.Record(TimeSpan.FromMilliseconds(1));
        histogram.Record(TimeSpan.FromMilliseconds(2));
        histogram.Record(TimeSpan.FromMilliseconds(6));

        Assert.That(histogram.Mean, Is.EqualTo(TimeSpan.FromMilliseconds(3)));
    }
}
