using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;
using Consensus.Gossip.Repair;
using Consensus.Gossip.State;
using Consensus.Gossip.Tests.State;

namespace Consensus.Gossip.Tests.Repair;

/// <summary>What one node does about messages, one by one.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RepairCoreTests
{
    private static readonly NodeId Self = new(5);
    private static readonly NodeId Peer = new(9);
    private static readonly FingerprintSalt Salt = new(3, 4);
    private readonly SharedState _state = new(6);
    private readonly GossipEffects _effects = new();
    private readonly VersionedStore _store;
    private readonly RepairCore _core;
    private readonly FixedPeers _peers = new(Self.Value, 40);
    private Ticks _now = Ticks.Zero;

    public RepairCoreTests()
    {
        _store = _state.StoreOf(Enumerable.Range(0, 1_000).Select(i => _state.Write($"{i}", 1, new string('x', 100))));
        _core = new RepairCore(Self, _store, new RepairOptions(), _peers, new DeterministicRandom(1), _ => SharedState.Noon, static (_, _, _) => { });
        _core.Start(_now);
    }

    [Test]
    public void It_asks_every_30_s_give_or_take_a_quarter_each_time_somebody_drawn_anew()
    {
        var asked = new List<NodeId>();
        var before = _now;
        for (var i = 0; i < 200; i++)
        {
            _now = _core.NextDeadline;
            Assert.That((_now - before).TotalSeconds, Is.InRange(22.5, 37.5));
            before = _now;
            _core.OnTime(_now, _effects);
            var sent = Sent().Single();
            Assert.That((sent.Channel, ((RepairDigest)sent.Message).State), Is.EqualTo((GossipChannel.Datagram, _store.Digest)));
            asked.Add(sent.To);
        }

        Assert.That(asked.Distinct().Count(), Is.EqualTo(39));
    }

    [Test]
    public void Once_the_swarm_is_whole_again_it_asks_several_within_seconds_at_times_that_it_draws()
    {
        var first = new HashSet<Ticks>();
        for (var seed = 0UL; seed < 20; seed++)
        {
            var core = new RepairCore(Self, _store, new RepairOptions(), _peers, new DeterministicRandom(seed), _ => SharedState.Noon, static (_, _, _) => { });
            core.Start(_now);
            core.OnHealed(_now);
            first.Add(core.NextDeadline);
            for (var round = 0; round < 8; round++)
            {
                Assert.That(core.NextDeadline - _now, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(1 + (0.75 * round))));
                core.OnTime(core.NextDeadline, _effects);
            }

            Assert.That(Sent(), Has.Count.EqualTo(8));
            core.OnTime(core.NextDeadline, _effects);
            Assert.That(core.NextDeadline - _now, Is.GreaterThan(TimeSpan.FromSeconds(22)));
            Sent();
        }

        Assert.That(first, Has.Count.EqualTo(20));
    }

    [Test]
    public void To_the_same_state_nothing_is_said()
    {
        Say(Peer, new RepairDigest(1, Salt, 0, _store.Digest));
        Assert.That((Sent().Count, _core.ExchangeCount), Is.EqualTo((0, 0)));
    }

    [Test]
    public void To_somebody_who_is_not_trusted_nothing_is_said()
    {
        _peers.Distrust(Peer);
        Say(Peer, new RepairDigest(1, Salt, 0, default));
        Say(Self, new RepairDigest(1, Salt, 0, default));
        Assert.That((Sent().Count, _core.ExchangeCount), Is.EqualTo((0, 0)));
    }

    [Test]
    public void More_exchanges_than_allowed_are_declined_and_one_of_a_peer_takes_the_place_of_its_last()
    {
        for (var id = 10u; id < 14; id++)
        {
            Say(new NodeId(id), new RepairDigest(1, Salt, 0, default));
            Assert.That(Sent().Single().Message, Is.TypeOf<RepairStep>());
        }

        Say(Peer, new RepairDigest(77, Salt, 0, default));
        Assert.That(Sent().Single(), Is.EqualTo(new GossipEffects.Outgoing(Peer, new RepairBusy(77), GossipChannel.Datagram)));
        Assert.That((_core.ExchangeCount, _core.Statistics.Declined), Is.EqualTo((4, 1L)));

        _now += TimeSpan.FromMilliseconds(250);
        Say(new NodeId(12), new RepairDigest(2, Salt, 0, default));
        Assert.That(((RepairStep)Sent().Single().Message).Exchange, Is.EqualTo(2));
        Assert.That(_core.ExchangeCount, Is.EqualTo(4));
    }

    [Test]
    public void A_peer_begins_no_two_exchanges_within_half_the_delay()
    {
        Say(Peer, new RepairDigest(1, Salt, 0, default));
        _now += TimeSpan.FromMilliseconds(249);
        Say(Peer, new RepairDigest(2, Salt, 0, default));
        Assert.That((Sent().Count, _core.Statistics.Declined), Is.EqualTo((1, 1L)));
        _now += TimeSpan.FromMilliseconds(1);
        Say(Peer, new RepairDigest(3, Salt, 0, default));
        Assert.That(Sent(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Of_two_that_ask_each_other_at_once_the_smaller_number_is_answered()
    {
        var (to, _) = Ask();
        Say(to, new RepairDigest(1, Salt, 0, default));
        Assert.That(Sent().Select(sent => sent.Message is RepairStep), Is.EqualTo(to < Self ? new[] { true } : []));
    }

    [Test]
    public void A_busy_peer_is_left_for_another_one_soon()
    {
        var (to, number) = Ask();
        Say(to, new RepairBusy(number + 1));
        Assert.That(_core.NextDeadline - _now, Is.GreaterThan(TimeSpan.FromSeconds(20)));
        Say(to, new RepairBusy(number));
        Assert.That(_core.NextDeadline - _now, Is.InRange(TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(750)));
    }

    [Test]
    public void Steps_that_belong_to_no_exchange_are_not_looked_at()
    {
        var value = _state.Write("new", 1, "x");
        var (to, number) = Ask();
        Say(to, Step(number + 1, 1, value));
        Say(to, Step(number, 2, value));
        Say(to == Peer ? new NodeId(10) : Peer, Step(number, 1, value));
        Assert.That((_store.Find("new"u8), _core.Statistics.Unexpected), Is.EqualTo(((VersionedValue?)null, 3L)));
        _now += new RepairOptions().StepTimeout;
        Say(to, Step(number, 1, value));
        Assert.That((_store.Find("new"u8), _core.Statistics.Unexpected), Is.EqualTo(((VersionedValue?)null, 4L)));
    }

    [Test]
    public void A_step_out_of_turn_is_not_looked_at()
    {
        Say(Peer, new RepairDigest(1, Salt, 0, default));
        Sent();
        Say(Peer, Step(1, 4, _state.Write("new", 1, "x")));
        Assert.That((_store.Find("new"u8), _core.Statistics.Unexpected, _core.ExchangeCount), Is.EqualTo(((VersionedValue?)null, 1L, 1)));
        Say(Peer, Step(1, 2, _state.Write("new", 1, "x")));
        Assert.That((_store.Find("new"u8)?.Version, _core.ExchangeCount), Is.EqualTo(((ulong?)1, 0)));
    }

    [Test]
    public void A_value_is_told_with_whom_it_came_from_and_only_one_that_was_missed_is_a_reason_to_go_on()
    {
        var (to, number) = Ask();
        var news = _state.Write("news", 1, "x", time: new Timestamp(SharedState.Noon.UnixMilliseconds - 999));
        Say(to, Step(number, 1, news));
        Assert.That(_effects.Events, Is.EqualTo(new[] { new StateChanged(news, to) }));
        Assert.That((_core.ExchangeCount, _core.Statistics.Completed), Is.EqualTo((0, 1L)));
        Assert.That(_core.NextDeadline - _now, Is.GreaterThan(TimeSpan.FromSeconds(20)));
        Sent();

        (to, number) = Ask();
        Say(to, Step(number, 1, _state.Write("old", 1, "x", time: new Timestamp(SharedState.Noon.UnixMilliseconds - 1_000))));
        Assert.That(_core.NextDeadline - _now, Is.LessThan(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void The_first_value_that_no_honest_node_passes_on_ends_the_exchange()
    {
        var (to, number) = Ask();
        var good = _state.Write("a", 1, "x");
        var bad = new VersionedValue(good.Key, 2, good.Time, good.Origin, isTombstone: false, good.Content, good.Hash, good.Signature);
        Say(to, new RepairStep(number, 1, null, [], [new RangeList(KeyRange.All, [])], [], [good, bad, _state.Write("b", 1, "x")]));
        Assert.That((_store.Find("a"u8)?.Version, _store.Find("b"u8), _core.ExchangeCount), Is.EqualTo(((ulong?)1, (VersionedValue?)null, 0)));
        Assert.That(_effects.Rejections.Single(), Is.EqualTo(new GossipEffects.Rejection(to, $"It passes on a value whose hash is not {good.Hash}.")));
        Assert.That(_effects.Messages, Is.Empty);
    }

    [Test]
    public void An_exchange_that_goes_on_and_on_is_given_up()
    {
        Say(Peer, new RepairDigest(1, Salt, 0, default));
        for (var turn = 2; turn <= RepairExchange.TurnsMax; turn += 2)
        {
            Assert.That((Sent().Count, _core.ExchangeCount), Is.EqualTo((1, 1)), $"turn {turn}");
            Say(Peer, new RepairStep(1, (byte)turn, null, [new RangeFingerprints(KeyRange.All, ushort.MaxValue, [.. new ulong[16]])], [], [], []));
        }

        Assert.That(_effects.Rejections.Single().Reason, Is.EqualTo("An exchange goes on for more than 20 steps."));
        Assert.That((_effects.Messages.Count, _core.ExchangeCount), Is.EqualTo((0, 0)));
    }

    [Test]
    public void An_exchange_that_brings_too_much_is_given_up_before_it_is_looked_at()
    {
        var (to, number) = Ask();
        var values = Enumerable.Range(0, 9).Select(i => _state.Write($"large {i}", 1, new string('x', 60_000))).ToArray();
        Say(to, Step(number, 1, values));
        Assert.That(_effects.Rejections.Single().Reason, Is.EqualTo("An exchange brings more than 262,144 bytes."));
        Assert.That(_store.Find("large 0"u8), Is.Null);
    }

    [Test]
    public void A_peer_that_falls_silent_is_given_up_in_time()
    {
        Say(Peer, new RepairDigest(1, Salt, 0, default));
        Assert.That(_core.NextDeadline - _now, Is.EqualTo(TimeSpan.FromSeconds(5)));
        _now = _core.NextDeadline;
        _core.OnTime(_now, _effects);
        Assert.That((_core.ExchangeCount, _core.Statistics.TimedOut), Is.EqualTo((0, 1L)));
    }

    [Test]
    public void Whatever_is_asked_for_in_one_exchange_costs_no_more_than_allowed()
    {
        // 1,000 values take some 240 KB: with a budget of 133,632 bytes not all of them can be had, in whatever way they are asked for.
        var options = new RepairOptions { ExchangeBytesMax = 133_632 };
        for (var seed = 0UL; seed < 60; seed++)
        {
            var core = new RepairCore(Self, _store, options, _peers, new DeterministicRandom(seed), _ => SharedState.Noon, static (_, _, _) => { });
            var liar = new LiarCore(new DeterministicRandom(seed), 10, _state);
            core.OnMessage(_now, Peer, new RepairDigest(1, Salt, 0, default), _effects);
            var bytes = 0;
            for (var turn = 2; core.ExchangeCount > 0; turn += 2)
            {
                bytes += Sent().Sum(sent => RepairWire.LengthOf((RepairStep)sent.Message));
                core.OnMessage(_now, Peer, liar.NextStep(1, (byte)turn), _effects);
            }

            bytes += Sent().Sum(sent => RepairWire.LengthOf((RepairStep)sent.Message));
            Assert.That(bytes, Is.LessThanOrEqualTo(options.ExchangeBytesMax + (RepairExchange.TurnsMax * RepairWire.StepBytesMax)), $"seed {seed}");
        }
    }

    [Test]
    public void Settings_say_what_is_allowed()
    {
        var state = new VersionedStoreOptions();
        Assert.That(new RepairOptions().Validate(state), Is.Empty);
        var wrong = new RepairOptions { Interval = TimeSpan.Zero, HealDelayMax = TimeSpan.FromTicks(-1), NewsTime = TimeSpan.FromDays(1), ContinueDelay = TimeSpan.Zero, StepTimeout = TimeSpan.Zero, ExchangesMax = 0, ExchangeBytesMax = 133_631 };
        Assert.That(wrong.Validate(state), Has.Count.EqualTo(7));
        Assert.That(wrong.Validate(state)[^1], Is.EqualTo("ExchangeBytesMax is 133,631; allowed: 133,632 to 1,048,576."));
    }

    private static RepairStep Step(uint exchange, byte turn, params VersionedValue[] values) => new(exchange, turn, null, [], [], [], [.. values]);

    private void Say(NodeId from, GossipMessage message) => _core.OnMessage(_now, from, message, _effects);

    private (NodeId To, uint Number) Ask()
    {
        _now = _core.NextDeadline;
        _core.OnTime(_now, _effects);
        var sent = Sent().Single();
        return (sent.To, ((RepairDigest)sent.Message).Exchange);
    }

    private List<GossipEffects.Outgoing> Sent()
    {
        var sent = _effects.Messages.ToList();
        _effects.Clear();
        return sent;
    }
}
