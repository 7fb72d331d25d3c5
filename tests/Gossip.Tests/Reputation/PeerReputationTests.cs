using Consensus.Gossip.Reputation;

namespace Consensus.Gossip.Tests.Reputation;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PeerReputationTests
{
    private static readonly NodeId Peer = new(7);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly PeerReputation _reputation = new(new ReputationOptions());
    private readonly List<NodeId> _heard = [];
    private Ticks _now = new(1_000);

    [Test]
    public void Whoever_is_below_a_half_is_ignored_until_enough_time_has_passed()
    {
        var lost = Enumerable.Range(0, 6).Select(_ => _reputation.Lower(Peer, _now)).ToArray();
        Assert.That(lost, Is.EqualTo(new[] { false, false, false, false, false, true }), "0.9, 0.8, 0.7, 0.6, 0.5, 0.4");
        Assert.That(_reputation.ScoreOf(Peer, _now), Is.EqualTo(0.4).Within(1e-9));
        Assert.That((_reputation.IsTrusted(Peer), _reputation.IsTrusted(new NodeId(8))), Is.EqualTo((false, true)));
        Assert.That(_reputation.TryTake(Peer, _now, out _), Is.False);

        // A tenth in a minute.
        Assert.That(_reputation.NextDeadline - _now, Is.EqualTo(Minute).Within(TimeSpan.FromMilliseconds(1)));
        Pass(Minute - TimeSpan.FromSeconds(1));
        Assert.That((_reputation.IsTrusted(Peer), _heard.Count), Is.EqualTo((false, 0)));
        Pass(TimeSpan.FromSeconds(2));
        Assert.That((_reputation.IsTrusted(Peer), _heard), Is.EqualTo((true, new[] { Peer })));
        Assert.That(_reputation.TryTake(Peer, _now, out _), Is.True);
        Assert.That((_reputation.Ignored, _reputation.Unread), Is.EqualTo((1L, 0L)));

        Assert.That(_reputation.Lower(Peer, _now), Is.True, "and once more is too much again");
    }

    [Test]
    public void However_much_a_peer_did_it_is_heard_again_after_half_of_the_time()
    {
        for (var i = 0; i < 100; i++)
        {
            _reputation.Lower(Peer, _now);
        }

        Assert.That(_reputation.ScoreOf(Peer, _now), Is.Zero);
        Pass(TimeSpan.FromMinutes(4.9));
        Assert.That(_reputation.IsTrusted(Peer), Is.False);
        Pass(TimeSpan.FromMinutes(0.2));
        Assert.That(_reputation.IsTrusted(Peer), Is.True);
    }

    [Test]
    public void Of_a_flood_so_much_is_looked_at_as_is_allowed_and_the_rest_is_held_against_its_sender()
    {
        // 10,000 in a second: 2,000 at once, and 1,000 in the second.
        var (taken, floods) = (0, 0);
        for (var i = 0; i < 10_000; i++)
        {
            _now += TimeSpan.FromMilliseconds(0.1);
            taken += _reputation.TryTake(Peer, _now, out var isFlood) ? 1 : 0;
            floods += isFlood ? 1 : 0;
        }

        Assert.That(taken, Is.EqualTo(3_000).Within(2));
        Assert.That(floods, Is.EqualTo(3), "for each 2,000 that were not looked at");
        Assert.That(_reputation.Unread, Is.EqualTo(10_000 - taken));
        Assert.That(_reputation.TryTake(new NodeId(8), _now, out _), Is.True, "others are not concerned");
    }

    [Test]
    public void Of_peers_that_behave_nothing_is_remembered_for_long()
    {
        for (var id = 1u; id <= 1_000; id++)
        {
            _reputation.TryTake(new NodeId(id), _now, out _);
        }

        _reputation.Lower(Peer, _now);
        Assert.That(_reputation.Count, Is.EqualTo(1_000));
        Pass(Minute);
        Assert.That(_reputation.Count, Is.LessThanOrEqualTo(1), "who did something wrong is remembered until it is forgiven");
        Pass(Minute);
        Pass(Minute);
        Assert.That((_reputation.Count, _reputation.NextDeadline), Is.EqualTo((0, Ticks.Never)));
    }

    [Test]
    public void Settings_that_make_no_sense_are_named()
    {
        Assert.That(new ReputationOptions().Validate(), Is.Empty);
        var wrong = new ReputationOptions { LossPerRejection = 0, IgnoredBelow = double.NaN, RecoveryTime = TimeSpan.Zero, MessagesPerSecond = 9, MessagesBurst = 1_000_001 };
        Assert.That(wrong.Validate(), Is.EqualTo(new[]
        {
            "LossPerRejection is 0; allowed: 0.001 to 1.",
            "IgnoredBelow is NaN; allowed: 0.01 to 0.99.",
            "RecoveryTime is 00:00:00; allowed: 00:00:01 to 7.00:00:00.",
            "MessagesPerSecond is 9; allowed: 10 to 1,000,000.",
            "MessagesBurst is 1,000,001; allowed: 10 to 1,000,000.",
        }));
    }

    private void Pass(TimeSpan span)
    {
        _now += span;
        _heard.Clear();
        _reputation.OnTime(_now, _heard);
    }
}
