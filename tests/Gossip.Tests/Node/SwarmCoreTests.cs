using System.Collections.Immutable;
using Consensus.Gossip.Membership;
using Consensus.Gossip.Messages;

namespace Consensus.Gossip.Tests.Node;

/// <summary>Whole nodes on virtual time: members find each other, tell news, repair their state, and do not listen to those that do what no honest one does.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SwarmCoreTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly WholeSwarm _swarm = new(5);

    [Test]
    public void A_swarm_that_has_found_together_tells_all_repairs_what_is_missed_and_is_whole_again_after_a_partition()
    {
        _swarm.StartAll(20);

        _swarm.Call(3, (core, now) => Assert.That(core.Publish(now, "test", "hello"u8, RumourPriority.Normal), Is.Not.Null));
        Assert.That(_swarm.Network.RunUntil(2 * Second, () => _swarm.Network.Nodes.All(node => node.Id.Value == 3 || node.Deliveries.Count == 1)), Is.Not.Null);

        _swarm.Network.IsCut = static (from, to) => from.Value <= 8 != to.Value <= 8;
        Assert.That(_swarm.Network.RunUntil(60 * Second, () => Enumerable.Range(1, 8).All(id => _swarm[(uint)id].Membership.Side == SwarmSide.Minority)), Is.Not.Null);
        _swarm.Put(2, "left");
        _swarm.Put(15, "right");
        _swarm.Network.Run(6 * Second);
        _swarm.Network.IsCut = static (_, _) => false;

        Assert.That(_swarm.Network.RunUntil(60 * Second, () => _swarm.Cores.All(core => core.Membership.SwarmSize == 20)), Is.Not.Null);
        Assert.That(_swarm.Network.RunUntil(10 * Second, () => _swarm.Stores.All(store => store.Count == 2)), Is.Not.Null, "long before the next comparison of states is due: because they are together again");
        Assert.That(_swarm.Network.Nodes.SelectMany(node => node.Rejections), Is.Empty, "nobody has done anything wrong");
    }

    [Test]
    public void Whoever_does_what_no_honest_one_does_is_ignored_for_a_time_and_heard_again()
    {
        _swarm.StartAll(2);
        var liar = new NodeId(2);
        var stray = new RumourDelivery([_swarm[2].Publish(_swarm.Network.Now, "test", "lie"u8, RumourPriority.Normal)!]);
        for (var i = 0; i < 6; i++)
        {
            _swarm.Say(1, liar, stray);
        }

        Assert.That(_swarm[1].Reputation.IsTrusted(liar), Is.False);
        Assert.That(_swarm[1].Membership.Peers, Does.Not.Contain(liar), "nobody talks to it");
        Assert.That(_swarm.Network[1].Events.Select(told => told.Event).OfType<PeerIgnored>().Single().Peer, Is.EqualTo(liar));

        var before = _swarm.Network[1].Rejections.Count;
        _swarm.Say(1, liar, stray);
        Assert.That(_swarm.Network[1].Rejections, Has.Count.EqualTo(before), "it is not looked at");

        Assert.That(_swarm.Network.RunUntil(TimeSpan.FromMinutes(2), () => _swarm.Network[1].Events.Exists(told => told.Event is PeerHeardAgain)), Is.Not.Null);
        Assert.That(_swarm[1].Reputation.IsTrusted(liar), Is.True);
    }

    [Test]
    public void A_value_is_everywhere_as_soon_as_news_is_and_no_news_of_the_applications()
    {
        _swarm.StartAll(20);
        var value = _swarm.State.Write("key", 1, new string('x', 20_000), 3, _swarm.Time);
        _swarm.Call(3, (core, now) => Assert.That(core.Write(now, value), Is.EqualTo(PutResult.Stored)));

        Assert.That(_swarm.Network.RunUntil(2 * Second, () => _swarm.Stores.All(store => store.Count == 1)), Is.Not.Null, "long before states are compared");
        Assert.That(_swarm.Network.Nodes.SelectMany(node => node.Deliveries), Is.Empty);
        Assert.That(_swarm.Network.Nodes.Count(node => node.Events.Count(told => told.Event is StateChanged changed && changed.Value.Hash == value.Hash) == 1), Is.EqualTo(19), "each was told once, but who wrote it");

        _swarm.Call(4, (core, now) => Assert.That(core.Write(now, _swarm.State.Remove("key", 2, 4, _swarm.Time)), Is.EqualTo(PutResult.Stored)));
        Assert.That(_swarm.Network.RunUntil(2 * Second, () => _swarm.Stores.All(store => store.Find("key"u8) is null)), Is.Not.Null);
    }

    [TestCase("no value at all")]
    [TestCase("changed")]
    [TestCase("cut")]
    public void News_of_a_value_that_nobody_signed_changes_nothing(string what)
    {
        _swarm.StartAll(3);
        var news = StateNews.Encode(_swarm.State.Write("key", 1, "value", 2, _swarm.Time)).ToArray();
        var payload = what switch
        {
            "changed" => [.. news[..^1], (byte)(news[^1] ^ 1)],
            "cut" => news[..^1],
            _ => "hello"u8.ToArray(),
        };
        _swarm.Call(2, (core, now) => Assert.That(core.Dissemination.Publish(now, StateNews.Kind, payload, RumourPriority.Normal), Is.Not.Null, "a member that lies"));
        _swarm.Network.Run(2 * Second);

        Assert.That(_swarm.Stores.Select(store => store.Count), Has.All.Zero);
        Assert.That(_swarm.Network.Nodes.SelectMany(node => node.Deliveries), Is.Empty);
        Assert.That(_swarm[1].Reputation.IsTrusted(new NodeId(2)));
    }

    [Test]
    public void The_swarms_own_kinds_are_no_applications()
    {
        _swarm.StartAll(1);
        _swarm.Call(1, (core, now) => Assert.That(() => core.Publish(now, "consensus.anything", default, RumourPriority.Normal), Throws.ArgumentException));
    }

    [Test]
    public void A_flood_costs_its_sender_its_reputation_and_others_nothing()
    {
        _swarm.StartAll(3);
        for (var second = 0; second < 5; second++)
        {
            for (var i = 0; i < 10_000; i++)
            {
                _swarm.Say(1, new NodeId(2), new Ack(0, ImmutableArray<MemberClaim>.Empty));
            }

            _swarm.Network.Run(Second);
        }

        var core = _swarm[1];
        Assert.That((core.Reputation.IsTrusted(new NodeId(2)), core.Reputation.IsTrusted(new NodeId(3))), Is.EqualTo((false, true)));
        Assert.That(core.Reputation.Unread + core.Reputation.Ignored, Is.GreaterThan(40_000));
        _swarm.Call(3, (node, now) => node.Publish(now, "test", "still here"u8, RumourPriority.Normal));
        Assert.That(_swarm.Network.RunUntil(5 * Second, () => _swarm.Network[1].Deliveries.Count == 1), Is.Not.Null);
    }

    [Test]
    public void What_is_for_none_of_the_cores_and_what_comes_from_itself_is_left_alone()
    {
        _swarm.StartAll(1);
        _swarm.Say(1, new NodeId(2), new ViewJoin(new ViewPeer(new NodeId(2), "2")));
        _swarm.Say(1, new NodeId(1), new ViewJoin(new ViewPeer(new NodeId(1), "1")));

        Assert.That((_swarm[1].UnknownMessages, _swarm.Network[1].Rejections.Count), Is.EqualTo((1L, 0)));
    }

    [Test]
    public void Settings_are_checked_part_by_part()
    {
        Assert.That(new SwarmNodeOptions().Validate(), Is.Empty);
        var wrong = new SwarmNodeOptions { Repair = new RepairOptions { ExchangesMax = 0 }, Reputation = new ReputationOptions { MessagesBurst = 1 } };
        Assert.That(wrong.Validate(), Is.EqualTo(new[] { "Repair: ExchangesMax is 0; allowed: 1 to 256.", "Reputation: MessagesBurst is 1; allowed: 10 to 1,000,000." }));
    }
}
