using System.Collections.Immutable;
using Consensus.Gossip.Membership;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;
using Consensus.Gossip.Tests.Network;
using Consensus.Gossip.Tests.State;
using Consensus.Simulation.Time;

namespace Consensus.Gossip.Tests.Node;

/// <summary>Whole nodes on virtual time: members find each other, tell news, repair their state, and do not listen to those that do what no honest one does.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SwarmCoreTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly SharedState _state = new(5);
    private readonly VirtualSwarm _swarm = new(5);
    private readonly Dictionary<uint, (SwarmCore Core, VersionedStore Store)> _nodes = [];

    [Test]
    public void A_swarm_that_has_found_together_tells_all_repairs_what_is_missed_and_is_whole_again_after_a_partition()
    {
        StartAll(20);
        Assert.That(_swarm.RunUntil(30 * Second, () => _nodes.Values.All(node => node.Core.Membership.SwarmSize == 20)), Is.Not.Null);

        Call(3, (core, now) => Assert.That(core.Publish(now, "test", "hello"u8, RumourPriority.Normal), Is.Not.Null));
        Assert.That(_swarm.RunUntil(2 * Second, () => _swarm.Nodes.All(node => node.Id.Value == 3 || node.Deliveries.Count == 1)), Is.Not.Null);

        _swarm.IsCut = static (from, to) => from.Value <= 8 != to.Value <= 8;
        Assert.That(_swarm.RunUntil(60 * Second, () => Enumerable.Range(1, 8).All(id => _nodes[(uint)id].Core.Membership.Side == SwarmSide.Minority)), Is.Not.Null);
        Put(2, "left");
        Put(15, "right");
        _swarm.Run(6 * Second);
        _swarm.IsCut = static (_, _) => false;

        Assert.That(_swarm.RunUntil(60 * Second, () => _nodes.Values.All(node => node.Core.Membership.SwarmSize == 20)), Is.Not.Null);
        Assert.That(_swarm.RunUntil(10 * Second, () => _nodes.Values.All(node => node.Store.Count == 2)), Is.Not.Null, "long before the next comparison of states is due: because they are together again");
        Assert.That(_swarm.Nodes.SelectMany(node => node.Rejections), Is.Empty, "nobody has done anything wrong");
    }

    [Test]
    public void Whoever_does_what_no_honest_one_does_is_ignored_for_a_time_and_heard_again()
    {
        StartAll(2);
        Assert.That(_swarm.RunUntil(10 * Second, () => _nodes[1].Core.Membership.SwarmSize == 2), Is.Not.Null);
        var liar = new NodeId(2);
        var stray = new RumourDelivery([_nodes[2].Core.Publish(_swarm.Now, "test", "lie"u8, RumourPriority.Normal)!]);
        for (var i = 0; i < 6; i++)
        {
            Say(1, liar, stray);
        }

        Assert.That(_nodes[1].Core.Reputation.IsTrusted(liar), Is.False);
        Assert.That(_nodes[1].Core.Membership.Peers, Does.Not.Contain(liar), "nobody talks to it");
        Assert.That(_swarm[1].Events.Select(told => told.Event).OfType<PeerIgnored>().Single().Peer, Is.EqualTo(liar));

        var before = _swarm[1].Rejections.Count;
        Say(1, liar, stray);
        Assert.That(_swarm[1].Rejections, Has.Count.EqualTo(before), "it is not looked at");

        Assert.That(_swarm.RunUntil(TimeSpan.FromMinutes(2), () => _swarm[1].Events.Exists(told => told.Event is PeerHeardAgain)), Is.Not.Null);
        Assert.That(_nodes[1].Core.Reputation.IsTrusted(liar), Is.True);
    }

    [Test]
    public void A_value_is_everywhere_as_soon_as_news_is_and_no_news_of_the_applications()
    {
        StartAll(20);
        Assert.That(_swarm.RunUntil(30 * Second, () => _nodes.Values.All(node => node.Core.Membership.SwarmSize == 20)), Is.Not.Null);
        var value = _state.Write("key", 1, new string('x', 20_000), 3, TimeOf(_swarm.Now, TimeSpan.Zero));
        Call(3, (core, now) => Assert.That(core.Write(now, value), Is.EqualTo(PutResult.Stored)));

        Assert.That(_swarm.RunUntil(2 * Second, () => _nodes.Values.All(node => node.Store.Count == 1)), Is.Not.Null, "long before states are compared");
        Assert.That(_swarm.Nodes.SelectMany(node => node.Deliveries), Is.Empty);
        Assert.That(_swarm.Nodes.Count(node => node.Events.Count(told => told.Event is StateChanged changed && changed.Value.Hash == value.Hash) == 1), Is.EqualTo(19), "each was told once, but who wrote it");

        Call(4, (core, now) => Assert.That(core.Write(now, _state.Remove("key", 2, 4, TimeOf(_swarm.Now, TimeSpan.Zero))), Is.EqualTo(PutResult.Stored)));
        Assert.That(_swarm.RunUntil(2 * Second, () => _nodes.Values.All(node => node.Store.Find("key"u8) is null)), Is.Not.Null);
    }

    [TestCase("no value at all")]
    [TestCase("changed")]
    [TestCase("cut")]
    public void News_of_a_value_that_nobody_signed_changes_nothing(string what)
    {
        StartAll(3);
        Assert.That(_swarm.RunUntil(10 * Second, () => _nodes.Values.All(node => node.Core.Membership.SwarmSize == 3)), Is.Not.Null);
        var news = StateNews.Encode(_state.Write("key", 1, "value", 2, TimeOf(_swarm.Now, TimeSpan.Zero))).ToArray();
        var payload = what switch
        {
            "changed" => [.. news[..^1], (byte)(news[^1] ^ 1)],
            "cut" => news[..^1],
            _ => "hello"u8.ToArray(),
        };
        Call(2, (core, now) => Assert.That(core.Dissemination.Publish(now, StateNews.Kind, payload, RumourPriority.Normal), Is.Not.Null, "a member that lies"));
        _swarm.Run(2 * Second);

        Assert.That(_nodes.Values.Select(node => node.Store.Count), Has.All.Zero);
        Assert.That(_swarm.Nodes.SelectMany(node => node.Deliveries), Is.Empty);
        Assert.That(_nodes[1].Core.Reputation.IsTrusted(new NodeId(2)));
    }

    [Test]
    public void The_swarms_own_kinds_are_no_applications()
    {
        StartAll(1);
        Call(1, (core, now) => Assert.That(() => core.Publish(now, "consensus.anything", default, RumourPriority.Normal), Throws.ArgumentException));
    }

    [Test]
    public void A_flood_costs_its_sender_its_reputation_and_others_nothing()
    {
        StartAll(3);
        Assert.That(_swarm.RunUntil(10 * Second, () => _nodes.Values.All(node => node.Core.Membership.SwarmSize == 3)), Is.Not.Null);
        for (var second = 0; second < 5; second++)
        {
            for (var i = 0; i < 10_000; i++)
            {
                Say(1, new NodeId(2), new Ack(0, ImmutableArray<MemberClaim>.Empty));
            }

            _swarm.Run(Second);
        }

        var core = _nodes[1].Core;
        Assert.That((core.Reputation.IsTrusted(new NodeId(2)), core.Reputation.IsTrusted(new NodeId(3))), Is.EqualTo((false, true)));
        Assert.That(core.Reputation.Unread + core.Reputation.Ignored, Is.GreaterThan(40_000));
        Call(3, (node, now) => node.Publish(now, "test", "still here"u8, RumourPriority.Normal));
        Assert.That(_swarm.RunUntil(5 * Second, () => _swarm[1].Deliveries.Count == 1), Is.Not.Null);
    }

    [Test]
    public void What_is_for_none_of_the_cores_and_what_comes_from_itself_is_left_alone()
    {
        StartAll(1);
        Say(1, new NodeId(2), new ViewJoin(new ViewPeer(new NodeId(2), "2")));
        Say(1, new NodeId(1), new ViewJoin(new ViewPeer(new NodeId(1), "1")));

        Assert.That((_nodes[1].Core.UnknownMessages, _swarm[1].Rejections.Count), Is.EqualTo((1L, 0)));
    }

    [Test]
    public void Settings_are_checked_part_by_part()
    {
        Assert.That(new SwarmNodeOptions().Validate(), Is.Empty);
        var wrong = new SwarmNodeOptions { Repair = new RepairOptions { ExchangesMax = 0 }, Reputation = new ReputationOptions { MessagesBurst = 1 } };
        Assert.That(wrong.Validate(), Is.EqualTo(new[] { "Repair: ExchangesMax is 0; allowed: 1 to 256.", "Reputation: MessagesBurst is 1; allowed: 10 to 1,000,000." }));
    }

    private void StartAll(uint size)
    {
        for (var id = 1u; id <= size; id++)
        {
            var store = _state.NewStore();
            var offset = new TimeSpan[1];
            var core = new SwarmCore(new SwarmSelf(new NodeId(id), $"{id}", 1), new SwarmNodeOptions(), store, RandomChoices.For(5, $"node {id}"), now => TimeOf(now, offset[0]));
            var node = _swarm.Add(new NodeId(id), $"{id}", core);
            offset[0] = node.ClockOffset;
            _nodes.Add(id, (core, store));
            _swarm.Call(node, (now, effects) => core.Start(now, ["1"], effects));
        }
    }

    private void Call(uint id, Action<SwarmCore, Ticks> call) => _swarm.Call(_swarm[id], (now, _) => call(_nodes[id].Core, now));

    private void Say(uint to, NodeId from, GossipMessage message) => _swarm.Call(_swarm[to], (now, effects) => _nodes[to].Core.OnMessage(now, from, message, effects));

    private void Put(uint id, string key) => Assert.That(_nodes[id].Store.Put(TimeOf(_swarm.Now, TimeSpan.Zero), _state.Write(key, 1, "x", id, TimeOf(_swarm.Now, TimeSpan.Zero))), Is.EqualTo(PutResult.Stored));

    private static Timestamp TimeOf(Ticks now, TimeSpan ahead) => new(SharedState.Noon.UnixMilliseconds + (long)(now - Ticks.Zero - ahead).TotalMilliseconds);
}
