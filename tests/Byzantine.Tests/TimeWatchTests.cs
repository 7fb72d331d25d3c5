namespace Consensus.Byzantine.Tests;

/// <summary>Which times of blocks are refused, and whose leader is suspected because of them. Clocks may be 10 s apart; progress may take 500 ms.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TimeWatchTests
{
    private static readonly NodeId Leader = new(2);
    private static readonly TimeSpan Start = TimeSpan.FromHours(10);
    private readonly SomeState _state = new();

    public TimeWatchTests() => _state.At(Start);

    private IEnumerable<TimestampOutOfRange> Told => _state.Effects.Events.OfType<TimestampOutOfRange>();

    [TestCase(10_000, true)]
    [TestCase(10_001, false)]
    public void What_is_further_ahead_than_clocks_may_be_apart_is_refused_and_told(int aheadMs, bool isAdmitted)
    {
        var time = Clock(aheadMs);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Admits(time), Is.EqualTo(isAdmitted));
            Assert.That(_state.Times.IsOutOfRange, Is.EqualTo(!isAdmitted));
            Assert.That(Told, Is.EqualTo(isAdmitted ? [] : new[] { new TimestampOutOfRange(Leader, time, Clock(0)) }));
        }
    }

    [Test]
    public void A_log_that_is_ahead_already_stops_nobody()
    {
        var ahead = Clock(3_600_000);
        Assert.That((Admits(ahead, before: ahead), Admits(Clock(0), before: ahead)), Is.EqualTo((true, true)));
        Assert.That(_state.Times.IsOutOfRange, Is.False);
    }

    [Test]
    public void A_time_at_the_end_of_all_times_is_refused_like_others() => Assert.That(Admits(new Timestamp(long.MaxValue)), Is.False);

    [Test]
    public void It_is_told_once_a_minute_of_each_leader()
    {
        Admits(Clock(20_000));
        Admits(Clock(20_000));
        _state.Go(1);
        Assert.That(_state.Times.Admits(new NodeId(3), 1, Block(Clock(20_000)), default), Is.False);
        Assert.That(Told.Select(told => told.Proposer), Is.EqualTo(new[] { Leader, new NodeId(3) }));

        _state.At(Start + TimeSpan.FromMinutes(1));
        Admits(Clock(20_000));
        Assert.That(Told.Count(), Is.EqualTo(3));
    }

    [Test]
    public void Another_view_forgets_what_was_refused_and_so_does_a_clock_that_is_set_right()
    {
        Admits(Clock(20_000));
        _state.Go(1);
        Assert.That(_state.Times.IsOutOfRange, Is.False, "another view");

        Assert.That(_state.Times.Admits(Leader, 1, Block(Clock(20_000)), default), Is.False);
        Assert.That(_state.Times.IsOutOfRange, Is.True);
        _state.At(Start, clock: Start + TimeSpan.FromSeconds(15));
        Assert.That(_state.Times.IsOutOfRange, Is.False, "the clock");
    }

    [Test]
    public void What_a_leader_of_another_view_proposed_is_refused_and_makes_nobody_suspect()
    {
        _state.Go(3);
        Assert.That(_state.Times.Admits(Leader, 2, Block(Clock(20_000)), default), Is.False);
        Assert.That(_state.Times.IsOutOfRange, Is.False);
    }

    [TestCase(-20_000, false)]
    [TestCase(-20_001, true)]
    public void Whoever_holds_the_time_back_for_long_is_suspected_and_told_of(int behindMs, bool isSuspected)
    {
        Propose(behindMs);
        Pass(999);
        Propose(behindMs);
        Assert.That(_state.Times.IsOutOfRange, Is.False, "not yet");

        Pass(1);
        Propose(behindMs);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_state.Times.IsOutOfRange, Is.EqualTo(isSuspected));
            Assert.That(Told.Count(), Is.EqualTo(isSuspected ? 1 : 0));
        }
    }

    [Test]
    public void Blocks_that_were_long_on_their_way_accuse_nobody_if_later_ones_are_in_time()
    {
        Propose(-60_000);
        Pass(900);
        Propose(-100);
        Pass(900);
        Propose(-60_000);

        Assert.That(_state.Times.IsOutOfRange, Is.False);
    }

    [Test]
    public void Blocks_without_batches_say_nothing_of_the_time()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.That(_state.Times.Admits(Leader, 0, new Block(new Timestamp(-5), []), default), Is.True);
            Pass(500);
        }

        Assert.That(_state.Times.IsOutOfRange, Is.False);
    }

    [Test]
    public void A_log_that_others_have_put_ahead_is_not_held_back()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.That(_state.Times.Admits(Leader, 0, Block(Clock(-60_000)), Clock(0)), Is.True);
            Pass(500);
        }

        Assert.That(_state.Times.IsOutOfRange, Is.False);
    }

    [Test]
    public void Between_two_readings_the_clock_goes_on()
    {
        var time = Clock(20_000);
        Assert.That(Admits(time), Is.False);
        _state.Begin(new Engine.Ticks((Start + TimeSpan.FromSeconds(10)).Ticks), _state.Effects);
        Assert.That(Admits(time), Is.True);
    }

    private static Block Block(Timestamp time) => new(time, [Samples.Batch(3, 1, "a")]);

    private Timestamp Clock(long offsetMs) => new(_state.Clock.UnixMilliseconds + offsetMs);

    private bool Admits(Timestamp time, Timestamp before = default) => _state.Times.Admits(Leader, _state.Term, Block(time), before);

    private void Propose(int offsetMs) => Assert.That(Admits(Clock(offsetMs)), Is.True);

    private void Pass(int ms) => _state.At(TimeSpan.FromTicks(_state.Now.Value) + TimeSpan.FromMilliseconds(ms));
}
