using Consensus.Engine;
using Consensus.Raft.Quorum;

namespace Consensus.Raft.Tests.Pitfalls;

/// <summary>R26 and R40: what a majority has reached, against the definition.</summary>
public sealed class QuorumPitfallTests
{
    [Test]
    public void What_a_majority_has_reached_does_not_depend_on_the_order_and_counts_voters_that_have_not_answered()
    {
        var random = new DeterministicRandom(26);
        for (var run = 0; run < 10_000; run++)
        {
            var voters = 1 + (int)random.NextBelow(9);
            var reached = new ulong[voters];
            for (var i = 0; i < voters; i++)
            {
                // Many equal numbers and many zeros: voters that have not answered.
                reached[i] = random.NextBelow(3) == 0 ? 0 : random.NextBelow(6);
            }

            // The definition: the largest number that more than half of all voters have reached.
            var expected = reached.Where(candidate => reached.Count(other => other >= candidate) > voters / 2).DefaultIfEmpty().Max();
            Assert.That(QuorumMath.Reached([.. reached], QuorumMath.Size(reached.Length)), Is.EqualTo(expected), $"run {run}: {string.Join(' ', reached)}");
        }
    }

    [Test]
    public void In_a_joint_configuration_both_majorities_have_reached_it()
    {
        var random = new DeterministicRandom(40);
        for (var run = 0; run < 2_000; run++)
        {
            var incoming = Some(random);
            var outgoing = Some(random);
            var reached = Enumerable.Range(0, 8).ToDictionary(id => new NodeId((uint)id + 1), _ => random.NextBelow(10));
            var quorum = new JointQuorum(new ClusterMembership([.. incoming.Select(id => new Member(id, $"node-{id}"))], [.. outgoing]));
            var expected = Math.Min(Majority(incoming), Majority(outgoing));
            Assert.That(quorum.Reached(id => reached[id]), Is.EqualTo(expected), $"run {run}");

            ulong Majority(NodeId[] voters) => QuorumMath.Reached([.. voters.Select(id => reached[id])], QuorumMath.Size(voters.Length));
        }
    }

    private static NodeId[] Some(DeterministicRandom random) =>
        [.. Enumerable.Range(1, 8).Select(id => new NodeId((uint)id)).OrderBy(_ => random.NextBelow(1000)).Take(1 + (int)random.NextBelow(7)).Order()];
}
