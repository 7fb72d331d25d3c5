using Consensus.Gossip.Dissemination;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;

namespace Consensus.Gossip.Tests.Dissemination;

/// <summary>What a member may not say is not taken and counts against it; nothing grows without bound.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HostileTests
{
    private const uint Liar = 9;

    private readonly GossipEffects _effects = new();
    private readonly NewsSwarm _swarm;
    private readonly DisseminationCore _core;
    private Ticks _now = new(1_000);
    private ulong _made;

    public HostileTests()
    {
        _swarm = new NewsSwarm(1, 10, new DisseminationOptions { KnownMax = 256, RumoursPerSecondMax = 100, KeptBytesMax = 64 * 1024 });
        _core = NewsSwarm.Core(_swarm.Network[1]);
    }

    [Test]
    public void A_rumour_that_is_not_what_its_id_says_is_rejected()
    {
        var real = Make("real");
        var forged = Rumour.Read(real.Id, real.Origin, real.Sequence, real.Kind, real.Priority, real.Time, real.Length, "fake"u8.ToArray(), 1);

        Tell(forged);
        Assert.That(_effects.Rejections.Single().Reason, Is.EqualTo($"Rumour {real.Id} is not what its id says."));
        Assert.That(_effects.Deliveries, Is.Empty);

        // And the real one is not kept out by it.
        Tell(real);
        Assert.That(_effects.Deliveries.Single().Id, Is.EqualTo(real.Id));
    }

    [TestCase(31_000, true, 1)]
    [TestCase(30_000, false, 0)]
    [TestCase(-600_000, false, 0)]
    [TestCase(-601_000, true, 0, Description = "Old news is nobody's fault, and of no use.")]
    public void What_comes_from_the_future_is_rejected_and_what_is_old_is_not_taken(long milliseconds, bool isLeftOut, int rejections)
    {
        Tell(Make("news", new Timestamp(NewsSwarm.Midnight.UnixMilliseconds + milliseconds)));

        Assert.That((_effects.Deliveries.Count, _effects.Rejections.Count), Is.EqualTo((isLeftOut ? 0 : 1, rejections)));
    }

    [Test]
    public void What_claims_to_unpack_to_more_than_may_be_is_rejected()
    {
        var bomb = Rumour.Begin(new NodeId(Liar), 1, "news", RumourPriority.Normal, NewsSwarm.Midnight, new byte[300 * 1024], compressFrom: 64);

        Tell(bomb);

        Assert.That(_effects.Rejections.Single().Reason, Is.EqualTo("A rumour has 307200 bytes; allowed: up to 262144."));
    }

    [Test]
    public void A_flood_is_cut_off_and_counted_and_others_are_heard()
    {
        var delivered = 0;
        for (var i = 0; i < 10_000; i++)
        {
            _now += TimeSpan.FromMicroseconds(100);
            Tell(Make($"{i}"));
            delivered += _effects.Deliveries.Count;
        }

        Assert.That(delivered, Is.LessThanOrEqualTo(256));
        Assert.That(_effects.Rejections.Single().Reason, Does.StartWith("More than 100 rumours and calls a second"));
        Assert.That(_core.KnownCount, Is.LessThanOrEqualTo(256));
    }

    // What is forgotten while it travels would be told for ever.
    [Test]
    public void With_too_many_young_ones_others_are_not_taken_and_none_is_told_twice()
    {
        var rumours = Enumerable.Range(0, 400).Select(i => Make($"{i}")).ToArray();
        var delivered = new List<RumourId>();
        for (var round = 0; round < 3; round++)
        {
            foreach (var rumour in rumours)
            {
                _now += TimeSpan.FromMilliseconds(25);
                Tell(rumour);
                delivered.AddRange(_effects.Deliveries.Select(each => each.Id));
            }
        }

        Assert.That(delivered, Is.Unique.And.Count.EqualTo(256));
        Assert.That(_core.Overflows, Is.GreaterThan(0));
        Assert.That(_core.Publish(_now, "news", "x"u8, RumourPriority.Critical), Is.Null);

        // After a while there is room again.
        _now += TimeSpan.FromMinutes(12);
        _core.OnTime(_now, _effects);
        Assert.That(_core.KnownCount, Is.Zero);
    }

    [Test]
    public void What_is_delivered_unasked_is_rejected_and_what_is_asked_for_is_asked_of_one_at_a_time()
    {
        var rumour = Make("news");
        Say(new RumourDelivery([rumour]));
        Assert.That(_effects.Rejections.Single().Reason, Is.EqualTo($"Rumour {rumour.Id} was delivered, and not asked for."));

        Say(new RumourCall(1, false, [], [rumour.Id]));
        Assert.That(Answer().Wanted, Is.EqualTo(new[] { rumour.Id }));
        Say(new RumourCall(1, false, [], [rumour.Id]), from: 8);
        Assert.That(Answer().Wanted, Is.Empty);
        _now += TimeSpan.FromSeconds(1);
        Say(new RumourCall(2, false, [], [rumour.Id]), from: 8);
        Assert.That(Answer().Wanted, Is.EqualTo(new[] { rumour.Id }), "the first has not delivered");

        Say(new RumourDelivery([rumour]), from: 8);
        Assert.That(_effects.Deliveries.Single().Id, Is.EqualTo(rumour.Id));
    }

    // Ids cost nothing to make up.
    [Test]
    public void Offers_without_end_are_cut_off_and_what_is_awaited_of_them_is_bounded()
    {
        var swarm = new NewsSwarm(1, 10, new DisseminationOptions { RumoursPerSecondMax = 1_000_000 });
        var core = NewsSwarm.Core(swarm.Network[1]);
        ulong made = 0;
        var asked = 0;
        for (var i = 0; i < 20; i++)
        {
            _effects.Clear();
            core.OnMessage(_now, new NodeId(Liar), new RumourCall(1, false, [], [.. Enumerable.Range(0, 1_000).Select(_ => new RumourId(1, ++made))]), _effects);
            asked += Answer().Wanted.Length;
        }

        Assert.That((asked, core.WantedCount), Is.EqualTo((4_096, 4_096)));
        _now += TimeSpan.FromSeconds(1);
        core.OnMessage(_now, new NodeId(8), new RumourCall(1, false, [], [new RumourId(2, 2)]), _effects);
        Assert.That(core.WantedCount, Is.EqualTo(1), "nobody is kept from being asked by one who does not deliver");

        Say(new RumourCall(1, false, [], [.. Enumerable.Range(0, 401).Select(_ => new RumourId(1, ++made))]));
        Assert.That((_effects.Messages.Count, _effects.Rejections.Count), Is.EqualTo((0, 1)), "more than is taken at once");
    }

    [TestCase(long.MinValue, 0)]
    [TestCase(long.MaxValue, 1)]
    public void No_time_does_any_harm(long time, int rejections)
    {
        Tell(Make("news", new Timestamp(time)));

        Assert.That((_effects.Deliveries.Count, _effects.Rejections.Count), Is.EqualTo((0, rejections)));
    }

    [Test]
    public void Who_is_not_trusted_is_not_heard()
    {
        _swarm.Distrust(Liar);
        Tell(Make("news"));

        Assert.That((_effects.Deliveries.Count, _effects.Messages.Count, _effects.Rejections.Count), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public void An_answer_to_no_call_and_bits_beyond_its_rumours_do_nothing()
    {
        var rumour = _core.Publish(_now, "news", "x"u8, RumourPriority.Normal)!;
        _core.OnTime(_now, _effects);
        var call = (RumourCall)_effects.Messages[0].Message;
        var called = _effects.Messages[0].To.Value;
        for (var i = 0; i < 20; i++)
        {
            Say(new RumourAnswer((ushort)(call.Number + 1), [255], [rumour.Id], []), from: called);
            Assert.That(_effects.Messages, Is.Empty);
        }

        for (var i = 0; i < 20; i++)
        {
            Say(new RumourAnswer(call.Number, [255, 255], [], []), from: called);
        }

        Assert.That(_core.HotCount, Is.EqualTo(1), "each answers a call once");
    }

    [Test]
    public void Bytes_that_are_kept_are_bounded_and_the_oldest_go_first()
    {
        var first = _core.Publish(_now, "news", new byte[20_000], RumourPriority.Normal)!;
        for (var i = 1; i < 10; i++)
        {
            var noise = new byte[20_000];
            new Random(i).NextBytes(noise);
            _core.Publish(_now, "news", noise, RumourPriority.Normal);
        }

        Assert.That(_core.Find(first.Id), Is.Null);
        Assert.That(_core.Kept.Count(), Is.EqualTo(3));
        Assert.That(_core.KnownCount, Is.EqualTo(10));
    }

    [TestCase("")]
    [TestCase("no spaces")]
    public void A_kind_that_is_none_is_a_misuse(string kind) =>
        Assert.That(() => _core.Publish(_now, kind, "x"u8, RumourPriority.Normal), Throws.ArgumentException.With.Message.StartWith($"The kind has {kind.Length} characters; allowed: 1 to 64"));

    [Test]
    public void Payloads_that_are_too_long_are_a_misuse() =>
        Assert.That(() => _core.Publish(_now, "news", new byte[262_145], RumourPriority.Normal), Throws.ArgumentException.With.Message.StartWith("The payload has 262145 bytes; allowed: up to 262144"));

    [Test]
    public void All_that_is_wrong_with_settings_is_said_at_once()
    {
        var options = new DisseminationOptions { Fanout = 0, HopsMax = 0, Interval = TimeSpan.Zero, AgeMax = TimeSpan.FromSeconds(5), Mode = (GossipMode)9 };

        Assert.That(options.Validate(), Is.EqualTo(new[]
        {
            "Mode is 9; allowed: Push, Pull, PushPull.",
            "Fanout is 0; allowed: 1 to 16.",
            "Interval is 00:00:00; allowed: 00:00:00.0010000 to 00:01:00.",
            "HopsMax is 0; allowed: 1 to 255.",
            "AgeMax is 00:00:05; allowed: more than HotTimeMax (00:00:10).",
        }));
        Assert.That(new DisseminationOptions().Validate(), Is.Empty);
    }

    private Rumour Make(string text, Timestamp? time = null) =>
        Rumour.Begin(new NodeId(Liar), ++_made, "news", RumourPriority.Normal, time ?? NewsSwarm.Midnight, System.Text.Encoding.UTF8.GetBytes(text), compressFrom: 1024);

    private void Tell(Rumour rumour) => Say(new RumourCall(1, false, [rumour], []));

    private void Say(GossipMessage message, uint from = Liar)
    {
        _effects.Clear();
        _core.OnMessage(_now, new NodeId(from), message, _effects);
    }

    private RumourAnswer Answer() => (RumourAnswer)_effects.Messages.Single().Message;
}
