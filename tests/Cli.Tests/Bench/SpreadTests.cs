using Consensus.Cli.Bench;

namespace Consensus.Cli.Tests.Bench;

[TestFixture]
public sealed class SpreadTests
{
    [Test]
    public void The_median_of_an_odd_number_is_the_one_in_the_middle()
    {
        Assert.That(Of(30, 10, 20), Is.EqualTo(new Spread(10, 20, 30)));
    }

    [Test]
    public void The_median_of_an_even_number_is_halfway_between_the_two_in_the_middle()
    {
        Assert.That(Of(40, 10, 20, 30), Is.EqualTo(new Spread(10, 25, 40)));
    }

    [Test]
    public void One_is_its_own_median()
    {
        Assert.That(Of(7), Is.EqualTo(new Spread(7, 7, 7)));
    }

    private static Spread Of(params double[] milliseconds) => Spread.OfMilliseconds(milliseconds.Select(TimeSpan.FromMilliseconds));
}
