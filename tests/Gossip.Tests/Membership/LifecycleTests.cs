using System.Collections.Immutable;
using Consensus.Gossip.Membership;
using Consensus.Gossip.Messages;

namespace Consensus.Gossip.Tests.Membership;

/// <summary>How members come, go, come back, and are not brought back.</summary>
public sealed class LifecycleTests
{
    private const int Size = 12;

    [Test]
    public void Who_leaves_is_known_to_have_left_by_all_at_once_and_is_nobodys_suspect()
    {
        var swarm = TestSwarm.Whole(1, Size, MembershipOptions.Lan);
        swarm.Network.Loss = 0.05;
        var since = swarm.Network.Now;
        swarm.Leave(swarm.Network[5]);
        Assert.That(swarm.Network.RunUntil(TimeSpan.FromSeconds(2), () => swarm.AllSee(5, SwarmMemberState.Left)), Is.Not.Null);
        swarm.Network.RunUntil(TimeSpan.FromSeconds(5), () => TestSwarm.Core(swarm.Network[5]).HasLeft);
        swarm.Network.Run(TimeSpan.FromSeconds(20));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(TestSwarm.Core(swarm.Network[5]).HasLeft, Is.True);
            Assert.That(swarm.Network[5].Events.Where(told => told.Event is SwarmLeft).Select(told => (told.At - since).TotalMilliseconds), Is.EqualTo([200]).Within(50), "three times to three others");
            Assert.That(swarm.Told<MemberLeft>(since).Count(), Is.EqualTo(Size - 1));
            Assert.That((swarm.Told<MemberSuspected>(since).Count(), swarm.Told<MemberDied>(since).Count()), Is.EqualTo((0, 0)));
        }
    }

    [TestCase(SwarmMemberState.Left)]
    [TestCase(SwarmMemberState.Dead)]
    public void Who_comes_back_after_it_was_removed_is_another_instance(SwarmMemberState removed)
    {
        var swarm = Without(swarm => swarm.Network[5], removed);
        swarm.Start(5, instance: 2_000);

        Assert.That(swarm.Network.RunUntil(TimeSpan.FromSeconds(5), () => swarm.AllSee(Size)), Is.Not.Null);
        Assert.That(swarm.Running.Where(node => node.Id.Value != 5).Select(node => TestSwarm.Seen(node, 5)!.Version), Has.All.EqualTo(new MemberVersion(2_000, 0)));
    }

    // Until its old self is dead for the others they send to where that was, so it hears nothing from them, and takes them for dead.
    [Test]
    public void Who_ends_and_starts_again_somewhere_else_at_once_is_found_there([Values(2, 4, 12)] int size, [Values(0, 0.05)] double loss, [Range(1, 20)] int seed)
    {
        var swarm = TestSwarm.Whole((ulong)seed, size, MembershipOptions.Fast);
        swarm.Network.Loss = loss;
        var id = (uint)size;
        swarm.Network.Stop(swarm.Network[id]);
        swarm.Start(id, instance: 2_000, address: "elsewhere");

        var found = swarm.Network.RunUntil(TimeSpan.FromMinutes(2), () => swarm.AllSee(size) && swarm.Running.Where(node => node.Id.Value != id).All(node => TestSwarm.Seen(node, id)!.Address == "elsewhere"));
        TestContext.Out.WriteLine($"{found?.TotalSeconds} s");
        Assert.That(found, Is.LessThan(TimeSpan.FromSeconds(8)));
    }

    [TestCase(SwarmMemberState.Left)]
    [TestCase(SwarmMemberState.Dead)]
    public void Who_starts_again_with_a_lower_instance_hears_of_it_and_goes_above(SwarmMemberState removed)
    {
        var swarm = Without(swarm => swarm.Network[5], removed);
        var node = swarm.Start(5, instance: 7);

        Assert.That(swarm.Network.RunUntil(TimeSpan.FromSeconds(5), () => swarm.AllSee(Size)), Is.Not.Null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(TestSwarm.Core(node).Self.Version.Instance, Is.EqualTo(1_001));
            Assert.That(node.Events.Select(told => told.Event).OfType<InstanceRaised>(), Is.EqualTo([new InstanceRaised(1_001)]));
        }
    }

    [Test]
    public void A_whole_swarm_that_starts_again_with_what_its_clocks_say_comes_together()
    {
        var swarm = TestSwarm.Whole(4, Size, MembershipOptions.Fast);
        for (var id = 1u; id <= Size; id++)
        {
            swarm.Network.Stop(swarm.Network[id]);
        }

        for (var id = 1u; id <= Size; id++)
        {
            swarm.Start(id, instance: id % 3 == 0 ? 500ul : 3_000);
        }

        Assert.That(swarm.Network.RunUntil(TimeSpan.FromSeconds(10), () => swarm.AllSee(Size)), Is.Not.Null);
    }

    [Test]
    public void A_node_that_was_away_for_long_does_not_bring_back_who_died_meanwhile()
    {
        var swarm = TestSwarm.Whole(5, Size, MembershipOptions.Fast);
        swarm.Network.IsCut = static (from, to) => from.Value == 3 != (to.Value == 3);
        swarm.Network.Run(TimeSpan.FromSeconds(10));
        swarm.Network.Stop(swarm.Network[5]);
        swarm.Network.Run(TimeSpan.FromSeconds(600));
        var since = swarm.Network.Now;
        swarm.Network.IsCut = static (_, _) => false;

        // What it remembers, as it would tell it: the dead one alive.
        var remembered = swarm.Network[3];
        swarm.Network.Call(remembered, (now, effects) => TestSwarm.Core(remembered).OnMessage(now, new NodeId(7), new StateDigest(1), effects));
        swarm.Network.Run(TimeSpan.FromSeconds(30));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(swarm.AllSee(Size - 1), Is.True);
            Assert.That(swarm.Told<MemberJoined>(since).Where(told => told.Node.Id.Value != 3).Select(told => told.Event.Member.Id.Value).Distinct(), Is.EqualTo([3u]));
            Assert.That(TestSwarm.Seen(remembered, 5)!.State, Is.EqualTo(SwarmMemberState.Dead));
        }
    }

    [Test]
    public void Old_news_of_somebody_alive_does_not_bring_it_back_and_its_teller_is_told()
    {
        var swarm = Without(swarm => swarm.Network[5], SwarmMemberState.Dead);
        var told = new List<MemberClaim>();
        swarm.Network.OnSent = (from, to, message, _) => told.AddRange(from.Id.Value == 4 && to.Value == 9 && message is MemberNews news ? news.News : []);
        var old = MemberClaim.Alive(new NodeId(5), TestSwarm.AddressOf(5), new MemberVersion(1_000, 0));
        swarm.Network.Call(swarm.Network[4], (now, effects) => TestSwarm.Core(swarm.Network[4]).OnMessage(now, new NodeId(9), new MemberNews([old]), effects));

        Assert.That(TestSwarm.Seen(swarm.Network[4], 5)!.State, Is.EqualTo(SwarmMemberState.Dead));
        Assert.That(told.Select(claim => (claim.Id.Value, claim.State)), Does.Contain((5u, SwarmMemberState.Dead)));
    }

    [Test]
    public void The_dead_are_forgotten_after_their_time_by_all_and_stay_forgotten()
    {
        var swarm = TestSwarm.Whole(6, Size, MembershipOptions.Fast with { TombstoneTime = TimeSpan.FromSeconds(60) });
        swarm.Network.Stop(swarm.Network[5]);
        swarm.Network.Run(TimeSpan.FromSeconds(30));
        Assert.That(swarm.AllSee(5, SwarmMemberState.Dead), Is.True, "kept until then");

        // Somebody who was told late remembers for no longer than the others, and does not tell it again.
        swarm.Start(20);
        swarm.Network.Run(TimeSpan.FromSeconds(45));
        Assert.That(swarm.Running.Select(node => TestSwarm.Seen(node, 5)), Has.All.Null);
        swarm.Network.Run(TimeSpan.FromSeconds(120));
        Assert.That(swarm.Running.Select(node => TestSwarm.Seen(node, 5)), Has.All.Null);
        Assert.That(swarm.Running.Select(node => TestSwarm.Core(node).FullSize), Has.All.EqualTo(Size));
    }

    [Test]
    public void Two_nodes_of_one_number_are_an_event_and_the_first_one_stays()
    {
        var swarm = TestSwarm.Whole(7, Size, MembershipOptions.Fast);
        var since = swarm.Network.Now;
        var twin = swarm.Start(5, instance: 9_000, address: "10.9.9.9:7400", isTwin: true);
        swarm.Network.Run(TimeSpan.FromSeconds(30));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(swarm.Running.Where(node => node.Id.Value != 5).Select(node => TestSwarm.Seen(node, 5)!.Address), Has.All.EqualTo(TestSwarm.AddressOf(5)));
            var conflicts = swarm.Told<MemberConflicted>(since).ToArray();
            Assert.That(conflicts, Is.Not.Empty);
            Assert.That(conflicts.GroupBy(told => told.Node.Id).Select(told => told.Count()), Has.All.EqualTo(1));
            Assert.That(swarm.Told<MemberDied>(since), Is.Empty);
            Assert.That(TestSwarm.Core(twin).Self.Version.Incarnation, Is.LessThan(20u), "two that deny each other never end");
        }
    }

    [Test]
    public void After_its_death_a_member_may_be_somewhere_else()
    {
        var swarm = Without(swarm => swarm.Network[5], SwarmMemberState.Dead);
        swarm.Start(5, instance: 2_000, address: "10.9.9.9:7400");

        Assert.That(swarm.Network.RunUntil(TimeSpan.FromSeconds(5), () => swarm.AllSee(Size)), Is.Not.Null);
        Assert.That(swarm.Network[3].Book[new NodeId(5)], Is.EqualTo("10.9.9.9:7400"));
    }

    [Test]
    public void Who_joins_and_leaves_all_the_time_is_not_listened_to_for_a_while()
    {
        var swarm = TestSwarm.Whole(8, Size, MembershipOptions.Fast);
        var since = swarm.Network.Now;
        for (var turn = 1ul; turn <= 100; turn++)
        {
            var node = swarm.Start(5, instance: 1_000 + turn);
            swarm.Network.Run(TimeSpan.FromMilliseconds(100));
            swarm.Leave(node);
            swarm.Network.Run(TimeSpan.FromMilliseconds(100));
        }

        var changes = swarm.Told<MemberJoined>(since).Count(told => told.Node.Id.Value == 3) + swarm.Told<MemberLeft>(since).Count(told => told.Node.Id.Value == 3);
        Assert.That(changes, Is.InRange(4, 20));
    }

    [Test]
    public void Whom_datagrams_do_not_reach_is_found_alive_on_a_connection()
    {
        var swarm = TestSwarm.Whole(9, 5, MembershipOptions.Fast with { IndirectProbes = 0 });
        var since = swarm.Network.Now;
        swarm.Network.Loss = 0.9999999;
        swarm.Network.Run(TimeSpan.FromSeconds(20));

        Assert.That(swarm.Told<MemberSuspected>(since), Is.Empty);
    }

    [Test]
    public void Through_others_a_member_is_reached_that_does_not_hear_the_one_who_asks()
    {
        var swarm = TestSwarm.Whole(10, 8, MembershipOptions.Fast with { ProbesOverStream = false });
        var since = swarm.Network.Now;
        swarm.Network.IsCut = static (from, to) => (from.Value, to.Value) is (3, 5) or (5, 3);
        swarm.Network.Run(TimeSpan.FromSeconds(20));

        Assert.That(swarm.Told<MemberDied>(since), Is.Empty);
        Assert.That(swarm.Told<MemberSuspected>(since).Count(), Is.LessThan(8));
    }

    [Test]
    public void A_node_alone_keeps_no_more_news_than_it_may_and_finds_its_seeds_when_they_come()
    {
        var swarm = new TestSwarm(11, MembershipOptions.Fast with { NewsMax = 16 });
        var node = swarm.Start(3);
        var claims = Enumerable.Range(100, 500).Select(id => MemberClaim.Alive(new NodeId((uint)id), "nowhere", new MemberVersion(1, 0)).Died(new NodeId(9))).ToImmutableArray();
        swarm.Network.Call(node, (now, effects) => TestSwarm.Core(node).OnMessage(now, new NodeId(9), new MemberNews(claims), effects));
        Assert.That(TestSwarm.Core(node).NewsCount, Is.EqualTo(16));

        swarm.Network.Run(TimeSpan.FromSeconds(20));
        swarm.Start(1);
        Assert.That(swarm.Network.RunUntil(TimeSpan.FromSeconds(60), () => swarm.Running.All(member => TestSwarm.Core(member).SwarmSize == 2)), Is.Not.Null);
    }

    /// <summary>A swarm of which one member died or left.</summary>
    private static TestSwarm Without(Func<TestSwarm, Network.VirtualNode> whom, SwarmMemberState how)
    {
        var swarm = TestSwarm.Whole(2, Size, MembershipOptions.Lan);
        var gone = whom(swarm);
        if (how == SwarmMemberState.Left)
        {
            swarm.Leave(gone);
        }
        else
        {
            swarm.Network.Stop(gone);
        }

        Assert.That(swarm.Network.RunUntil(TimeSpan.FromSeconds(20), () => swarm.Running.Where(node => node != gone).All(node => TestSwarm.Seen(node, gone.Id.Value)?.State == how)), Is.Not.Null);
        swarm.Network.Stop(gone);
        return swarm;
    }
}
