namespace Consensus.Engine.Tests.Lanes;

public sealed class WakeEventTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private static IEnumerable<WakeEvent> Kinds
    {
        get
        {
            yield return new SystemWakeEvent();
            if (FutexWakeEvent.IsSupported)
            {
                yield return new FutexWakeEvent();
            }
        }
    }

    [Test]
    public void Linux_on_the_usual_processors_has_the_one_that_costs_one_switch() =>
        Assert.That(WakeEvent.Create(), OperatingSystem.IsLinux() ? Is.TypeOf<FutexWakeEvent>() : Is.TypeOf<SystemWakeEvent>());

    [TestCaseSource(nameof(Kinds))]
    public void What_was_set_before_is_not_waited_for_and_counts_once(object kind)
    {
        using var wake = (WakeEvent)kind;
        wake.Set();
        wake.Set();

        Assert.That(wake.Wait(Timeout.InfiniteTimeSpan), Is.True);
        Assert.That(wake.Wait(TimeSpan.FromTicks(1)), Is.False);
    }

    [TestCaseSource(nameof(Kinds))]
    public void A_limit_ends_the_wait(object kind)
    {
        using var wake = (WakeEvent)kind;

        Assert.That(wake.Wait(TimeSpan.FromMilliseconds(2)), Is.False);
        Assert.That(wake.Wait(TimeSpan.Zero), Is.False);
    }

    [TestCaseSource(nameof(Kinds))]
    public void A_long_limit_does_not_keep_from_waking_up(object kind)
    {
        using var wake = (WakeEvent)kind;
        var sleeper = Task.Factory.StartNew(() => wake.Wait(TimeSpan.FromDays(40)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        wake.Set();

        Assert.That(sleeper.Wait(Hang) && sleeper.Result, Is.True);
    }

    [TestCaseSource(nameof(Kinds))]
    public void Two_threads_wake_each_other_again_and_again(object kind)
    {
        const int rounds = 20_000;
        using var there = (WakeEvent)kind;
        using var back = WakeEvent.Create();
        var other = Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < rounds; i++)
                {
                    there.Wait(Timeout.InfiniteTimeSpan);
                    back.Set();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        for (var i = 0; i < rounds; i++)
        {
            there.Set();
            Assert.That(back.Wait(Hang), Is.True);
        }

        Assert.That(other.Wait(Hang), Is.True);
    }
}
