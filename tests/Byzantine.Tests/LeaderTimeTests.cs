namespace Consensus.Byzantine.Tests;

/// <summary>The time that counts against a leader: all but that in which the window was shut.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LeaderTimeTests
{
    private readonly SomeState _state = new();

    private LeaderTime Time => _state.LeaderTime;

    [Test]
    public void It_stands_still_while_the_window_is_shut_and_goes_on_from_there()
    {
        At(100);
        Assert.That(Time.Now, Is.EqualTo(Milliseconds(100)));
        Time.OnTurn(isWindowShut: true);
        At(250);
        Assert.That((Time.Now, Time.StandsStill), Is.EqualTo((Milliseconds(100), true)));
        Time.OnTurn(isWindowShut: true);
        At(400);
        Time.OnTurn(isWindowShut: false);
        Assert.That((Time.Now, Time.StandsStill), Is.EqualTo((Milliseconds(100), false)));

        At(450);
        Time.OnTurn(isWindowShut: false);
        Assert.That(Time.Now, Is.EqualTo(Milliseconds(150)));
        Time.OnTurn(isWindowShut: true);
        At(1000);
        Time.OnTurn(isWindowShut: false);
        At(1010);
        Assert.That(Time.Now, Is.EqualTo(Milliseconds(160)), "once more");
    }

    [Test]
    public void When_it_will_be_so_late_is_known_only_while_it_runs()
    {
        Assert.That(Time.WhenWillBe(Milliseconds(500)), Is.EqualTo(Milliseconds(500)));
        At(100);
        Time.OnTurn(isWindowShut: true);
        Assert.That(Time.WhenWillBe(Milliseconds(500)), Is.EqualTo(Ticks.Never));
        At(300);
        Time.OnTurn(isWindowShut: false);
        Assert.That(Time.WhenWillBe(Milliseconds(500)), Is.EqualTo(Milliseconds(700)));
        Assert.That(Time.WhenWillBe(Ticks.Never), Is.EqualTo(Ticks.Never));
    }

    private static Ticks Milliseconds(int count) => new(count * TimeSpan.TicksPerMillisecond);

    private void At(int milliseconds) => _state.At(TimeSpan.FromMilliseconds(milliseconds));
}
