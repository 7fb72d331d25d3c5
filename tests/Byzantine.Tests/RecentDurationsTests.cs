namespace Consensus.Byzantine.Tests;

/// <summary>Which of a replica's last sixteen durations counts, so that a leader cannot make it long for f + 1 correct replicas by making each one long for f of them.</summary>
public sealed class RecentDurationsTests
{
    [TestCase(1, 2)]
    [TestCase(6, 2)]
    [TestCase(7, 1)]
    [TestCase(14, 1)]
    [TestCase(15, 0)]
    [TestCase(33, 0)]
    public void The_third_shortest_counts_or_a_shorter_one_in_a_large_group(int faultsMax, int rank) =>
        Assert.That(RecentDurations.RankAgainst(faultsMax), Is.EqualTo(rank));

    [Test]
    public void However_a_leader_deals_out_what_is_long_it_is_not_so_for_more_than_f()
    {
        for (var faultsMax = 1; faultsMax <= 33; faultsMax++)
        {
            // In turn among one more than it may be, each f times in f + 1: nobody could get more of it.
            var each = Enumerable.Range(0, faultsMax + 1).Select(_ => new RecentDurations(RecentDurations.RankAgainst(faultsMax))).ToArray();
            for (var block = 0; block < 16 * (faultsMax + 1); block++)
            {
                for (var replica = 0; replica < each.Length; replica++)
                {
                    each[replica].Add(TimeSpan.FromMilliseconds(block % each.Length == replica ? 1 : 100));
                }

                if (block >= 16)
                {
                    Assert.That(each.Count(durations => durations.Typical > TimeSpan.FromMilliseconds(1)), Is.LessThanOrEqualTo(faultsMax), $"f = {faultsMax}, block {block}");
                }
            }
        }
    }
}
