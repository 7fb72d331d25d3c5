namespace Consensus.Engine.Tests.Contract;

public sealed class TicksTests
{
    [Test]
    public void A_span_later_lies_that_span_later()
    {
        var later = new Ticks(5) + new TimeSpan(7);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(later, Is.EqualTo(new Ticks(12)));
            Assert.That(later - new Ticks(5), Is.EqualTo(new TimeSpan(7)));
        }
    }

    [Test]
    public void Never_stays_never() => Assert.That(Ticks.Never + TimeSpan.FromSeconds(-1), Is.EqualTo(Ticks.Never));

    [TestCase(1, long.MaxValue)]
    [TestCase(long.MaxValue - 1, 1)]
    [TestCase(long.MaxValue - 1, 2)]
    public void A_point_beyond_the_end_of_the_clock_is_never(long point, long span) =>
        Assert.That(new Ticks(point) + new TimeSpan(span), Is.EqualTo(Ticks.Never));

    [Test]
    public void Order_is_that_of_the_values()
    {
        var (early, late) = (new Ticks(1), new Ticks(2));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(early < late && early <= late && late > early && late >= early, Is.True);
            Assert.That(late < early || late <= early || early > late || early >= late, Is.False);
            Assert.That(early.CompareTo(late), Is.Negative);
            Assert.That(Ticks.Min(early, late), Is.EqualTo(early));
            Assert.That(Ticks.Min(late, early), Is.EqualTo(early));
            Assert.That(Ticks.Min(Ticks.Never, late), Is.EqualTo(late));
        }
    }

    [Test]
    public void Text_is_in_milliseconds()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new Ticks(15_000).ToString(), Is.EqualTo("1.5ms"));
            Assert.That(Ticks.Never.ToString(), Is.EqualTo("never"));
        }
    }
}
