namespace Consensus.Gossip.Tests.Topology;

public sealed class PeerSamplingTests
{
    [TestCase(2, 1)]
    [TestCase(5, 4)]
    [TestCase(7, 3)]
    [TestCase(100, 99)]
    public void Peers_are_different_others(int agents, int fanout)
    {
        var random = new DeterministicRandom(1);
        var peers = new int[fanout];
        for (var draw = 0; draw < 200; draw++)
        {
            var self = draw % agents;
            PeerSampling.Draw(random, agents, self, peers);
            Assert.That(peers, Is.Unique.And.All.InRange(0, agents - 1).And.None.EqualTo(self));
        }
    }

    [Test]
    public void Each_set_of_peers_is_as_likely_as_the_others()
    {
        const int draws = 60_000;
        var random = new DeterministicRandom(2);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var peers = new int[3];
        for (var draw = 0; draw < draws; draw++)
        {
            PeerSampling.Draw(random, 6, 2, peers);
            var set = string.Join(',', peers.Order());
            counts[set] = counts.GetValueOrDefault(set) + 1;
        }

        // 3 of 5 others: ten sets, each with a standard deviation of 73.
        Assert.That(counts, Has.Count.EqualTo(10));
        Assert.That(counts.Values, Is.All.InRange((draws / 10) - 330, (draws / 10) + 330));
    }
}
