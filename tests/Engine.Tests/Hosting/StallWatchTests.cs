namespace Consensus.Engine.Tests.Hosting;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StallWatchTests
{
    private readonly StallWatch _watch = new();

    [Test]
    public void A_stall_lasts_from_the_last_commit_on_while_commands_wait()
    {
        Assert.That(Look(0, commit: 5, isWaiting: true), Is.Zero, "a command has come");
        Assert.That(Look(900, commit: 5, isWaiting: true), Is.Zero);
        Assert.That(Look(3100, commit: 5, isWaiting: true), Is.EqualTo(3), "whole seconds");
        Assert.That(Look(3200, commit: 6, isWaiting: true), Is.Zero, "something was committed");
        Assert.That(Look(5300, commit: 6, isWaiting: true), Is.EqualTo(2));
    }

    [Test]
    public void Nobody_waits_and_nothing_stalls()
    {
        Look(0, commit: 5, isWaiting: true);
        Assert.That(Look(9000, commit: 5, isWaiting: false), Is.Zero);
        Assert.That(Look(9500, commit: 5, isWaiting: true), Is.Zero, "the waiting begins anew");
        Assert.That(Look(10_500, commit: 5, isWaiting: true), Is.EqualTo(1));
    }

    private double Look(int milliseconds, ulong commit, bool isWaiting) =>
        _watch.Look(Ticks.Zero + TimeSpan.FromMilliseconds(milliseconds), new LogIndex(commit), isWaiting).TotalSeconds;
}
