using Consensus.Raft.Quorum;
using FsCheck;
using FsCheck.Fluent;

namespace Consensus.Raft.Tests.Quorum;

[TestFixture]
public sealed class JointQuorumTests
{
    private const int NodesMax = 7;

    private static Gen<(int Incoming, int Outgoing)> Voters =>
        from incoming in Gen.Choose(1, (1 << NodesMax) - 1)
        from isJoint in Gen.Choose(0, 1)
        from outgoing in Gen.Choose(1, (1 << NodesMax) - 1)
        select (incoming, isJoint == 1 ? outgoing : 0);

    [Test]
    public void Only_voters_count()
    {
        var quorum = new JointQuorum(new ClusterMembership(
            [
                new Member(new NodeId(1), "a"),
                new Member(new NodeId(2), "b", MemberRole.Learner),
                new Member(new NodeId(3), "c", MemberRole.Joining),
                new Member(new NodeId(4), "d", MemberRole.Leaving),
            ],
            [new NodeId(1), new NodeId(4)]));

        Assert.That(quorum.Incoming, Is.EqualTo(new[] { new NodeId(1) }));
        Assert.That(quorum.Outgoing, Is.EqualTo(new[] { new NodeId(1), new NodeId(4) }));
        Assert.That(Enumerable.Range(1, 5).Where(id => quorum.Contains(new NodeId((uint)id))), Is.EqualTo(new[] { 1, 4 }));
    }

    [Test]
    public void Some_are_a_quorum_exactly_if_they_are_more_than_half_of_each_configuration()
    {
        const int Sets = 1 << NodesMax;
        for (var incoming = 1; incoming < Sets; incoming++)
        {
            for (var outgoing = 0; outgoing < Sets; outgoing += outgoing < 8 ? 1 : 3)
            {
                var quorum = new JointQuorum(Configurations.Of(incoming, outgoing));
                for (var nodes = 0; nodes < Sets; nodes++)
                {
                    if (quorum.IsQuorum(id => Configurations.Has(nodes, id)) != Configurations.IsQuorum(incoming, outgoing, nodes))
                    {
                        Assert.Fail($"voters {incoming:b7}, outgoing {outgoing:b7}, nodes {nodes:b7}");
                    }
                }
            }
        }
    }

    [Test]
    public void What_is_reached_is_the_largest_number_that_some_quorum_has()
    {
        var cases =
            from voters in Voters
            from reached in Gen.Choose(0, 9).ArrayOf(NodesMax)
            select (voters.Incoming, voters.Outgoing, Reached: reached);
        Prop.ForAll(cases.ToArbitrary(), test =>
        {
            var quorum = new JointQuorum(Configurations.Of(test.Incoming, test.Outgoing));
            var expected = Configurations.Quorums(test.Incoming, test.Outgoing, NodesMax)
                .Max(nodes => Configurations.Nodes(nodes).Min(id => (ulong)test.Reached[id.Value - 1]));
            return quorum.Reached(id => (ulong)test.Reached[id.Value - 1]) == expected;
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void A_vote_is_won_by_a_quorum_and_lost_when_none_is_possible_any_more()
    {
        var cases =
            from voters in Voters
            from granted in Gen.Choose(0, (1 << NodesMax) - 1)
            from rejected in Gen.Choose(0, (1 << NodesMax) - 1)
            select (voters.Incoming, voters.Outgoing, Granted: granted, Rejected: rejected & ~granted);
        Prop.ForAll(cases.ToArbitrary(), test =>
        {
            var quorum = new JointQuorum(Configurations.Of(test.Incoming, test.Outgoing));
            var outcome = quorum.Tally(id => Configurations.Has(test.Granted, id) ? true : Configurations.Has(test.Rejected, id) ? false : null);
            var expected = Configurations.IsQuorum(test.Incoming, test.Outgoing, test.Granted) ? VoteOutcome.Won
                : Configurations.IsQuorum(test.Incoming, test.Outgoing, ~test.Rejected) ? VoteOutcome.Pending
                : VoteOutcome.Lost;
            return outcome == expected;
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>The pitfall: a leader that takes the median of the answers so far commits what a minority has.</summary>
    [Test]
    public void Voters_that_have_not_answered_count_as_having_nothing()
    {
        var five = new JointQuorum(Configurations.Of(0b11111, 0));
        Assert.That(five.Reached(id => id.Value <= 2 ? 100UL : 0), Is.Zero);

        var joint = new JointQuorum(Configurations.Of(0b00111, 0b11100));
        Assert.That(joint.Reached(id => id.Value <= 3 ? 100UL : 0), Is.Zero, "all of the incoming voters, one of the outgoing");
        Assert.That(joint.Tally(id => id.Value <= 3 ? true : null), Is.EqualTo(VoteOutcome.Pending));
    }

    /// <summary>Why changes are safe (section 6): no step of one lets two halves decide on their own.</summary>
    [Test]
    public void Quorums_of_neighbouring_configurations_intersect()
    {
        const int Nodes = 5;
        const int Sets = 1 << Nodes;
        for (var before = 1; before < Sets; before++)
        {
            for (var after = 1; after < Sets; after++)
            {
                var old = Accepted(before, 0);
                var joint = Accepted(after, before);
                var next = Accepted(after, 0);
                Assert.That(Overlap(old, joint) && Overlap(joint, joint) && Overlap(joint, next), $"from {before:b5} to {after:b5}");
            }
        }

        Assert.That(Overlap(Accepted(0b00011, 0), Accepted(0b11100, 0)), Is.False, "without the joint step they need not");

        static int[] Accepted(int incoming, int outgoing)
        {
            var quorum = new JointQuorum(Configurations.Of(incoming, outgoing));
            return [.. Enumerable.Range(0, Sets).Where(nodes => quorum.IsQuorum(id => Configurations.Has(nodes, id)))];
        }

        static bool Overlap(int[] left, int[] right) => Array.TrueForAll(left, one => Array.TrueForAll(right, other => (one & other) != 0));
    }

    // Pitfall S1: with f members that lie, two quorums must share one that does not; and those that do not lie must be able to decide on their own.
    [Test]
    public void Where_liars_may_follow_two_quorums_share_an_honest_member([Range(1, 10)] int voters)
    {
        var quorum = new JointQuorum(Configurations.Of((1 << voters) - 1, 0), sharesHonest: true);
        var faults = (voters - 1) / 3;
        var sizes = Enumerable.Range(0, 1 << voters).Where(nodes => quorum.IsQuorum(id => Configurations.Has(nodes, id))).Select(nodes => int.PopCount(nodes)).Distinct().ToArray();
        var smallest = sizes.Min();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(sizes.Order(), Is.EqualTo(Enumerable.Range(smallest, voters - smallest + 1)), "any so many");
            Assert.That((2 * smallest) - voters, Is.GreaterThan(faults), "two of them share more than may lie");
            Assert.That(smallest, Is.LessThanOrEqualTo(voters - faults));
            Assert.That((2 * (smallest - 1)) - voters, Is.LessThanOrEqualTo(faults), "and none fewer would do");
            Assert.That(quorum.Reached(id => id.Value), Is.EqualTo((ulong)(voters - smallest + 1)), "what so many have");
            Assert.That(quorum.Tally(id => id.Value <= smallest - 1 ? true : null), Is.EqualTo(VoteOutcome.Pending));
            Assert.That(quorum.Tally(id => id.Value <= smallest ? true : null), Is.EqualTo(VoteOutcome.Won));
            Assert.That(quorum.Tally(id => id.Value <= voters - smallest ? false : null), Is.EqualTo(VoteOutcome.Pending));
            Assert.That(quorum.Tally(id => id.Value <= voters - smallest + 1 ? false : null), Is.EqualTo(VoteOutcome.Lost));
        }
    }

    [Test]
    public void A_configuration_of_more_voters_than_fit_on_the_stack_works_too()
    {
        var many = new JointQuorum(new ClusterMembership([.. Enumerable.Range(1, 101).Select(id => new Member(new NodeId((uint)id), $"n{id}"))], []));
        Assert.That(many.Reached(id => id.Value), Is.EqualTo(51));
    }
}
