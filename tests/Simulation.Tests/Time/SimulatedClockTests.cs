using Consensus.Simulation.Time;

namespace Consensus.Simulation.Tests.Time;

/// <summary>A node's clock: what faults may do to it, and what not.</summary>
public sealed class SimulatedClockTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Test]
    public void A_fast_clock_gains_on_both_sides_and_a_change_of_its_rate_is_no_jump()
    {
        var agenda = new Agenda();
        var clock = new SimulatedClock(agenda, TimeSpan.Zero);
        clock.SetRate(1.05);
        Pass(agenda, Hour);
        var before = (clock.GetTimestamp(), clock.GetUtcNow());

        clock.SetRate(0.95);
        Assert.That((clock.GetTimestamp(), clock.GetUtcNow()), Is.EqualTo(before));
        Assert.That(clock.Error, Is.EqualTo(0.05 * Hour).Within(TimeSpan.FromTicks(1)));
        Pass(agenda, Hour);
        Assert.That(clock.Error, Is.EqualTo(TimeSpan.Zero).Within(TimeSpan.FromTicks(2)));
    }

    [Test]
    public void A_jump_of_the_wall_clock_leaves_the_monotonic_side_alone()
    {
        var clock = new SimulatedClock(new Agenda(), Hour);
        clock.Skew -= TimeSpan.FromDays(1);

        Assert.That(clock.GetTimestamp(), Is.EqualTo(Hour.Ticks));
        Assert.That(clock.GetUtcNow(), Is.EqualTo(SimulatedClock.Beginning.AddDays(-1)));
    }

    [Test]
    public void A_healed_clock_is_right_and_stays_right()
    {
        var agenda = new Agenda();
        var clock = new SimulatedClock(agenda, Hour) { Skew = TimeSpan.FromMinutes(7) };
        clock.SetRate(1.03);
        Pass(agenda, Hour);
        clock.Heal();
        Pass(agenda, Hour);

        Assert.That(clock.Error, Is.EqualTo(TimeSpan.Zero));
        Assert.That(clock.Rate, Is.EqualTo(1));
    }

    [Test]
    public void What_is_reached_when_it_is_said_to_be_has_been_reached([Values(0.95, 1.0, 1.05)] double rate)
    {
        var agenda = new Agenda();
        var clock = new SimulatedClock(agenda, Hour);
        clock.SetRate(rate);
        var deadline = clock.GetTimestamp() + TimeSpan.FromMilliseconds(150).Ticks;
        agenda.RunUntil(clock.WhenReached(deadline), () => false);

        Assert.That(clock.GetTimestamp(), Is.InRange(deadline, deadline + 2));
    }

    private static void Pass(Agenda agenda, TimeSpan time) => agenda.RunUntil(agenda.Now + time, () => false);
}
