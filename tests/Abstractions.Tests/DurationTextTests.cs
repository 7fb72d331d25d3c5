namespace Consensus.Tests;

[TestFixture]
public sealed class DurationTextTests
{
    [TestCase("150ms", 150d)]
    [TestCase("150 ms", 150d)]
    [TestCase("0.5s", 500d)]
    [TestCase("2m", 120_000d)]
    [TestCase("1h", 3_600_000d)]
    [TestCase("1d", 86_400_000d)]
    [TestCase("250us", 0.25)]
    [TestCase("00:01:30", 90_000d)]
    public void A_duration_is_read(string text, double milliseconds)
    {
        Assert.That(DurationText.TryParse(text, out var duration), Is.True);
        Assert.That(duration.TotalMilliseconds, Is.EqualTo(milliseconds));
    }

    [TestCase("5")]
    [TestCase("")]
    [TestCase("ms")]
    [TestCase("-1s")]
    [TestCase("1 minute")]
    [TestCase("99999999999999999d")]
    [TestCase("a:b")]
    public void What_is_no_duration_is_refused(string text) => Assert.That(DurationText.TryParse(text, out _), Is.False);

    [TestCase("150ms")]
    [TestCase("2s")]
    [TestCase("90s")]
    [TestCase("10m")]
    [TestCase("1d")]
    [TestCase("0s")]
    [TestCase("1us")]
    public void A_duration_is_written_as_it_would_be_read(string text)
    {
        Assert.That(DurationText.TryParse(text, out var duration), Is.True);
        Assert.That(DurationText.Format(duration), Is.EqualTo(text));
    }
}
