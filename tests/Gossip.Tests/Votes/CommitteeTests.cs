using Consensus.Cryptography;

namespace Consensus.Gossip.Tests.Votes;

public sealed class CommitteeTests
{
    private static readonly Digest Seed = Blake3.Hash("a beacon"u8);

    [Test]
    public void Whoever_knows_the_seed_draws_the_same_ones_and_another_seed_draws_others()
    {
        var drawn = Committee.Draw(Seed, 10_000, 100);

        Assert.That(drawn, Has.Length.EqualTo(100).And.Ordered.Ascending.And.Unique);
        Assert.That(drawn, Is.All.InRange(0, 9_999));
        Assert.That(Committee.Draw(Seed, 10_000, 100), Is.EqualTo(drawn));
        Assert.That(Committee.Draw(Blake3.Hash("another"u8), 10_000, 100).Intersect(drawn).Count(), Is.LessThan(20));
    }

    [Test]
    public void All_are_drawn_where_there_are_no_more() => Assert.That(Committee.Draw(Seed, 7, 7), Is.EqualTo(Enumerable.Range(0, 7)));

    // By counting: of the 210 committees of 4 among 10 agents, 1 + 24 + 90 have 2, 3 or 4 of the 4 liars in them.
    [TestCase(10, 4, 4, 115 / 210.0)]
    [TestCase(10, 1, 4, 0)]
    [TestCase(10, 10, 4, 1)]
    [TestCase(4, 1, 4, 0)]
    [TestCase(4, 2, 4, 1)]
    public void How_likely_too_many_liars_are_is_the_tail_of_the_hypergeometric_distribution(int agents, int liars, int size, double probability) =>
        Assert.That(Committee.FailureProbability(agents, liars, size), Is.EqualTo(probability).Within(1e-9));

    [Test]
    public void What_is_drawn_fails_as_often_as_was_computed()
    {
        const int draws = 4_000;
        var failures = 0;
        for (var draw = 0; draw < draws; draw++)
        {
            var drawn = Committee.Draw(Blake3.Hash(BitConverter.GetBytes(draw)), 300, 40);
            failures += drawn.Count(agent => agent < 75) > 13 ? 1 : 0;
        }

        var computed = Committee.FailureProbability(300, 75, 40);
        Assert.That((double)failures / draws, Is.EqualTo(computed).Within(4 * Math.Sqrt(computed * (1 - computed) / draws)));
    }
}
