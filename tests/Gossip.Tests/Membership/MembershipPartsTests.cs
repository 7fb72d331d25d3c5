using System.Collections.Immutable;
using Consensus.Gossip.Membership;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;

namespace Consensus.Gossip.Tests.Membership;

/// <summary>The parts that the membership core is made of.</summary>
public sealed class MembershipPartsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public void A_suspicion_gets_shorter_with_every_other_accuser()
    {
        var suspicion = new Suspicion(Ticks.Zero, [new NodeId(1)], confirmations: 3, Second, Second * 10);
        var waits = new List<double> { suspicion.Deadline.Value / (double)Second.Ticks };
        foreach (var accuser in new uint[] { 1, 2, 2, 3, 4, 5 })
        {
            suspicion.Confirm([new NodeId(accuser)]);
            waits.Add(suspicion.Deadline.Value / (double)Second.Ticks);
        }

        Assert.That(waits, Is.EqualTo([10, 10, 4, 4, 2, 1, 1]).Within(0.001));
    }

    [Test]
    public void Who_does_badly_waits_longer_up_to_a_limit()
    {
        var health = new LocalHealth(3);
        health.Worsen(10);
        Assert.That(health.Stretch(Second), Is.EqualTo(Second * 4));
        for (var i = 0; i < 5; i++)
        {
            health.Improve();
        }

        Assert.That(health.Stretch(Second), Is.EqualTo(Second));
    }

    [Test]
    public void News_is_told_a_limited_number_of_times_what_was_told_least_first()
    {
        var queue = new NewsQueue(100, factor: 1);
        queue.Add(Claim(1));
        Assert.That(Take(queue, 10_000, members: 8), Is.EqualTo(new uint[] { 1 }));
        queue.Add(Claim(2));
        queue.Add(Claim(3));
        Assert.That(Take(queue, 10_000, 8), Is.EqualTo(new uint[] { 3, 2, 1 }), "the newest first of those told as often");
        Assert.That(Take(queue, 10_000, 8), Is.EquivalentTo(new uint[] { 1, 2, 3 }));
        Assert.That(Take(queue, 10_000, 8), Is.EquivalentTo(new uint[] { 1, 2, 3 }), "the fourth time for the first");
        Assert.That(Take(queue, 10_000, 8), Is.EquivalentTo(new uint[] { 2, 3 }));
        Assert.That((queue.Count, queue.TimesToTell(8), queue.TimesToTell(100)), Is.EqualTo((0, 4, 7)));
    }

    [Test]
    public void Newer_news_of_a_member_takes_the_place_of_the_older()
    {
        var queue = new NewsQueue(100, 1);
        queue.Add(Claim(1));
        Take(queue, 10_000, 8);
        queue.Add(Claim(1) with { State = SwarmMemberState.Left });
        var taken = ImmutableArray.CreateBuilder<MemberClaim>();
        queue.Take(taken, 10_000, 8, NodeId.None);

        Assert.That(taken.Select(claim => claim.State), Is.EqualTo([SwarmMemberState.Left]));
    }

    [Test]
    public void What_does_not_fit_waits_and_what_was_told_most_gives_way()
    {
        var queue = new NewsQueue(16, 2);
        for (var id = 1u; id <= 16; id++)
        {
            queue.Add(Claim(id));
        }

        var length = MembershipWire.LengthOf(Claim(1));
        var first = Take(queue, (length * 4) + 3, 100);
        Assert.That(first, Has.Count.EqualTo(4));
        for (var id = 17u; id <= 20; id++)
        {
            queue.Add(Claim(id));
        }

        Assert.That(queue.Count, Is.EqualTo(16));
        Assert.That(first.Where(id => queue.Has(new NodeId(id))), Is.Empty);
    }

    [Test]
    public void A_rate_is_so_much_at_once_and_so_much_in_the_long_run()
    {
        var rate = default(RateLimit);
        var start = new Ticks(50 * TimeSpan.TicksPerSecond);
        Assert.That(Enumerable.Range(0, 10).Count(_ => rate.TryTake(start, 3, Second)), Is.EqualTo(3));
        Assert.That(rate.TryTake(start + (Second / 2), 3, Second), Is.False);
        Assert.That(rate.TryTake(start + Second, 3, Second), Is.True);
        Assert.That(Enumerable.Range(0, 100).Count(i => rate.TryTake(start + (Second * 10) + (Second / 10 * i), 3, Second)), Is.InRange(11, 13));
    }

    [Test]
    public void Each_member_is_asked_in_turn_and_each_is_somebodys_neighbour()
    {
        var neighbours = new List<uint>();
        for (var self = 1u; self <= 20; self++)
        {
            var table = new MemberTable();
            foreach (var id in Enumerable.Range(1, 20).Where(id => id != self))
            {
                table.Put(Ticks.Zero, Claim((uint)id));
            }

            var ring = new MemberRing(new NodeId(self), table);
            var order = new ProbeOrder(table, ring, new DeterministicRandom(self));
            var asked = Enumerable.Range(0, 38).Select(_ => order.Next().Value).ToArray();
            neighbours.Add(asked[0]);
            Assert.That(asked.Where((_, turn) => turn % 2 == 0), Has.All.EqualTo(ring.Successor().Value));
            Assert.That(asked.Where((_, turn) => turn % 2 == 1).Order(), Is.EqualTo(Enumerable.Range(1, 20).Where(id => id != self)), "each once in a round");
        }

        Assert.That(neighbours.Order(), Is.EqualTo(Enumerable.Range(1, 20)));
    }

    [Test]
    public void A_suspect_is_nobodys_neighbour_and_those_before_it_are_its_witnesses()
    {
        var table = new MemberTable();
        for (var id = 2u; id <= 20; id++)
        {
            table.Put(Ticks.Zero, Claim(id));
        }

        var ring = new MemberRing(new NodeId(1), table);
        var first = ring.Successor();
        Assert.That(ring.IsShortlyBefore(first, 1), Is.True);
        table.Put(Ticks.Zero, Claim(first.Value).Suspected([new NodeId(9)]));
        var second = ring.Successor();
        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That((ring.IsShortlyBefore(second, 1), ring.IsShortlyBefore(second, 2)), Is.EqualTo((false, true)));
        Assert.That(table.Live.Count(member => ring.IsShortlyBefore(member.Id, 5)), Is.EqualTo(5));
    }

    [Test]
    public void A_table_counts_who_lives_and_forgets_the_oldest_dead_beyond_a_number()
    {
        var table = new MemberTable();
        for (var id = 1u; id <= 100; id++)
        {
            table.Put(Ticks.Zero, Claim(id));
        }

        var whole = table.DigestWith(Claim(200));
        for (var id = 1u; id <= 40; id++)
        {
            var before = table.DigestWith(Claim(200));
            table.Put(new Ticks(id * TimeSpan.TicksPerSecond), Claim(id).Suspected([new NodeId(9)]));
            Assert.That((table.DigestWith(Claim(200)), table.Suspects), Is.EqualTo((before, 1)), "who is suspected is still a member");
            table.Put(new Ticks(id * TimeSpan.TicksPerSecond), Claim(id).Died(new NodeId(9)));
        }

        Assert.That((table.Live.Count, table.Tombstones, table.Suspects, table.DigestWith(Claim(200)) == whole), Is.EqualTo((60, 40, 0, false)));
        table.Forget(new Ticks(41 * TimeSpan.TicksPerSecond), TimeSpan.FromHours(1), 32);
        Assert.That(table.Dead.Select(dead => dead.Id.Value).Order(), Is.EqualTo(Enumerable.Range(11, 30)));
        table.Forget(new Ticks(41 * TimeSpan.TicksPerSecond), TimeSpan.FromSeconds(10), 32);
        Assert.That(table.Dead.Select(dead => dead.Id.Value).Order(), Is.EqualTo(Enumerable.Range(32, 9)));
        for (var id = 1u; id <= 40; id++)
        {
            table.Put(Ticks.Zero, Claim(id));
        }

        Assert.That(table.DigestWith(Claim(200)), Is.EqualTo(whole), "the same members, the same number");
    }

    [TestCase(50, 0, null, SwarmSide.Majority)]
    [TestCase(26, 24, null, SwarmSide.Majority)]
    [TestCase(25, 25, null, SwarmSide.Minority)]
    [TestCase(50, 0, 25, SwarmSide.Minority)]
    [TestCase(50, 0, 26, SwarmSide.Majority)]
    public void Who_reaches_no_majority_is_with_the_minority(int live, int dead, int? surveyed, SwarmSide expected)
    {
        var watch = new PartitionWatch(1);
        watch.Update(live, dead, surveyed, new GossipEffects());
        Assert.That((watch.Side, watch.FullSize), Is.EqualTo((expected, 50)));
    }

    [Test]
    public void A_swarm_that_is_known_to_be_larger_is()
    {
        var (watch, effects) = (new PartitionWatch(5), new GossipEffects());
        watch.Update(2, 0, null, effects);
        watch.Update(3, 0, null, effects);
        Assert.That(effects.Events, Is.EqualTo(new GossipEvent[] { new SwarmDivided(2, 5), new SwarmReunited(3, 5) }));
    }

    [Test]
    public void A_minority_does_not_get_smaller_with_what_it_forgets()
    {
        var watch = new PartitionWatch(1);
        watch.Update(4, 6, null, new GossipEffects());
        watch.Update(4, 0, null, new GossipEffects());
        Assert.That((watch.Side, watch.FullSize), Is.EqualTo((SwarmSide.Minority, 10)));
        watch.Update(10, 0, null, new GossipEffects());
        watch.Update(9, 0, null, new GossipEffects());
        Assert.That((watch.Side, watch.FullSize), Is.EqualTo((SwarmSide.Majority, 9)));
    }

    [Test]
    public void The_presets_are_valid_and_every_problem_is_said_at_once()
    {
        Assert.That(new[] { MembershipOptions.Lan, MembershipOptions.Wan, MembershipOptions.Fast }.SelectMany(options => options.Validate()), Is.Empty);
        var problems = (MembershipOptions.Lan with { ProbeInterval = TimeSpan.Zero, NewsMax = 0, SuspicionTimeoutMax = Second, TombstoneTime = TimeSpan.Zero, GossipFanout = 17, SwarmSizeMin = 0 }).Validate();
        Assert.That(problems.Select(problem => problem.Split(' ')[0]).Distinct(StringComparer.Ordinal), Is.EquivalentTo(["ProbeInterval", "NewsMax", "SuspicionTimeoutMax", "TombstoneTime", "GossipFanout", "SwarmSizeMin"]));
        Assert.That(problems, Does.Contain("NewsMax is 0; allowed: 16 to 65,536."));
    }

    private static MemberClaim Claim(uint id) => MemberClaim.Alive(new NodeId(id), "10.0.0.1:7400", new MemberVersion(1_000, 0));

    private static List<uint> Take(NewsQueue queue, int bytes, int members)
    {
        var taken = ImmutableArray.CreateBuilder<MemberClaim>();
        queue.Take(taken, bytes, members, NodeId.None);
        return [.. taken.Select(claim => claim.Id.Value)];
    }
}
