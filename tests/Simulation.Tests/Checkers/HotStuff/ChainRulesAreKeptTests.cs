using Consensus.HotStuff;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Messages;
using Consensus.Simulation.Checkers.HotStuff;
using Consensus.Simulation.Tests.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.HotStuff;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ChainRulesAreKeptTests
{
    private readonly Dictionary<ulong, ChainSight> _sights = [];

    [Test]
    public void Three_certified_nodes_in_consecutive_views_commit_the_first([Values] bool isSeenByAnother)
    {
        var bed = Bed(HotStuffRuleSet.ThreeChain);
        var chain = Chains.Of(4, 5, 6);
        if (isSeenByAnother)
        {
            Look(bed, 2, chain, high: 2);
            Look(bed, 1, chain, high: 1, committed: 0);
        }
        else
        {
            Look(bed, 1, chain, high: 2, committed: 0);
        }

        bed.AssertNone();
    }

    [TestCase(5ul, false)]
    [TestCase(6ul, true)]
    public void A_node_may_be_committed_by_another_certificate_than_the_highest(ulong decidingView, bool isFound)
    {
        var bed = Bed(HotStuffRuleSet.TwoChain);
        var chain = Chains.Of(4, 7);
        var deciding = Chains.After(chain[0], decidingView);
        Look(bed, 1, [.. chain, deciding], high: 1, committed: 0, deciding);
        if (isFound)
        {
            bed.AssertViolation("node 1 counts the node 4@1", "2 certified nodes");
        }
        else
        {
            bed.AssertNone();
        }
    }

    [TestCase(HotStuffRuleSet.ThreeChain, 4ul, 5ul, 7ul)]
    [TestCase(HotStuffRuleSet.ThreeChain, 4ul, 6ul, 7ul)]
    [TestCase(HotStuffRuleSet.TwoChain, 4ul, 6ul, 7ul)]
    public void A_commit_without_consecutive_views_is_found(HotStuffRuleSet rules, ulong first, ulong second, ulong third)
    {
        var bed = Bed(rules);
        Look(bed, 1, Chains.Of(first, second, third), high: 2, committed: 0);
        bed.AssertViolation("node 1 counts the node 4@1", rules == HotStuffRuleSet.TwoChain ? "2 certified nodes" : "3 certified nodes");
    }

    [Test]
    public void Two_certified_nodes_commit_by_two_chain_rules_alone([Values] HotStuffRuleSet rules)
    {
        var bed = Bed(rules);
        Look(bed, 1, Chains.Of(4, 5), high: 1, committed: 0);
        if (rules == HotStuffRuleSet.TwoChain)
        {
            bed.AssertNone();
        }
        else
        {
            bed.AssertViolation("node 1 counts the node 4@1");
        }
    }

    [TestCase(0, true)]
    [TestCase(1, false)]
    public void What_a_snapshot_covered_at_the_start_was_committed_in_an_earlier_life(int covered, bool isFound)
    {
        var bed = Bed(HotStuffRuleSet.ThreeChain);
        bed.Start(1, CheckerBed.Recovered(snapshot: covered == 0 ? null : bed.Snapshot(bed.Entry(1, "a"), default)));
        Look(bed, 1, Chains.Of(4, 6, 7), high: 2, committed: 0);
        Assert.That(bed.World.Violations, Has.Count.EqualTo(isFound ? 1 : 0));
    }

    [Test]
    public void A_lock_that_lags_behind_the_certificates_is_found([Values] HotStuffRuleSet rules)
    {
        var bed = Bed(rules);
        var chain = Chains.Of(4, 5, 6);
        Look(bed, 1, chain, high: 2, locked: rules == HotStuffRuleSet.TwoChain ? 1 : 0);
        bed.AssertViolation("node 1 is locked on a node of view", $"must be locked on view {(rules == HotStuffRuleSet.TwoChain ? 6 : 5)}");
    }

    [TestCase(HotStuffRuleSet.ThreeChain, 3ul, true)]
    [TestCase(HotStuffRuleSet.ThreeChain, 7ul, false)]
    [TestCase(HotStuffRuleSet.TwoChain, 3ul, true)]
    [TestCase(HotStuffRuleSet.TwoChain, 7ul, false)]
    public void A_vote_that_the_lock_forbids_is_found(HotStuffRuleSet rules, ulong otherView, bool isForbidden)
    {
        var bed = Bed(rules);
        var chain = Chains.Of(4, 5, 6);
        Look(bed, 1, chain, high: 2);
        var other = Chains.After(Node.Genesis, otherView, content: 9);
        var voted = Chains.After(other, 8);
        Look(bed, 1, [.. chain, other, voted], high: isForbidden ? 2 : 3, voted: voted);
        if (isForbidden)
        {
            bed.AssertViolation("node 1 votes for the node 8@2", "it was locked on that of view");
        }
        else
        {
            bed.AssertNone();
        }
    }

    [TestCase(1, true)]
    [TestCase(2, false)]
    public void A_vote_for_what_follows_a_higher_certificate_than_the_voter_goes_by_is_found(int high, bool isFound)
    {
        var bed = Bed(HotStuffRuleSet.ThreeChain);
        var chain = Chains.Of(4, 5, 6, 7);
        Look(bed, 1, chain, high, voted: chain[3]);
        if (isFound)
        {
            bed.AssertViolation("node 1 votes for the node 7@4", "no certificate higher than that of view 5");
        }
        else
        {
            bed.AssertNone();
        }
    }

    [Test]
    public void Whatever_extends_the_lock_may_be_voted_for()
    {
        var bed = Bed(HotStuffRuleSet.ThreeChain);
        var chain = Chains.Of(4, 5, 6, 7);
        Look(bed, 1, chain, high: 2);
        Look(bed, 1, chain, high: 2, voted: chain[3]);
        bed.AssertNone();
    }

    [TestCase(0ul, false)]
    [TestCase(3ul, false)]
    [TestCase(4ul, true)]
    public void With_two_chain_rules_time_outs_allow_what_follows_the_highest_certificate_that_they_name(ulong named, bool isForbidden)
    {
        var bed = Bed(HotStuffRuleSet.TwoChain);
        var chain = Chains.Of(4, 5);
        Look(bed, 1, chain, high: 1);
        var other = Chains.After(Node.Genesis, 3, content: 9);
        var voted = Chains.After(other, 8);
        var timeouts = new TimeoutCertificate(new ViewNumber(7), [new ReportedView(new NodeId(1), new ViewNumber(named), default)]);
        Look(bed, 1, [.. chain, other, voted], high: 1, voted: voted, timeouts: timeouts);
        Assert.That(bed.World.Violations, Has.Count.EqualTo(isForbidden ? 1 : 0));
    }

    private CheckerBed Bed(HotStuffRuleSet rules) => new(_ => new ChainRulesAreKept(rules, node => _sights.TryGetValue(node.Id.Value, out var sight) ? sight : null), Signed.Count);

    private void Look(
        CheckerBed bed, ulong node, Node[] nodes, int high, int? committed = null, Node? deciding = null, int? locked = null, Node? voted = null, TimeoutCertificate? timeouts = null)
    {
        var promises = Chains.Promises(nodes[high], nodes[locked ?? high], voted);
        _sights[node] = new ChainSight(
            promises, voted, committed is { } index ? nodes[index] : null, SequenceNumber.Zero, new LogIndex((ulong)(committed + 1 ?? 0)), Anchor: null, deciding, timeouts, hash => nodes.Append(Node.Genesis).FirstOrDefault(each => each.Hash == hash));
        bed.Follow(node, 1);
    }
}
