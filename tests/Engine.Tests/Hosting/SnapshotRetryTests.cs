namespace Consensus.Engine.Tests.Hosting;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SnapshotRetryTests
{
    private readonly SnapshotRetry _retry = new();

    [Test]
    public void Nothing_is_tried_before_a_snapshot_could_not_be_saved() => Assert.That(_retry.TryBegin(At(1e6)), Is.False);

    [Test]
    public void It_is_tried_once_after_a_second()
    {
        _retry.OnNotSaved(At(10));

        Assert.That(_retry.TryBegin(At(10.999)), Is.False);
        Assert.That(_retry.TryBegin(At(11)), Is.True);
        Assert.That(_retry.TryBegin(At(1000)), Is.False, "how it ended is not known yet");
    }

    [Test]
    public void Pauses_grow_up_to_a_minute_and_are_short_again_after_a_success()
    {
        Assert.That(Enumerable.Range(0, 9).Select(_ => Pause()), Is.EqualTo([1, 2, 4, 8, 16, 32, 60, 60, 60]));
        _retry.OnSaved();
        Assert.That(Pause(), Is.EqualTo(1));
    }

    [Test]
    public void After_a_success_of_another_attempt_none_is_due()
    {
        _retry.OnNotSaved(At(10));
        _retry.OnSaved();

        Assert.That(_retry.TryBegin(At(1000)), Is.False);
    }

    private static Ticks At(double seconds) => new(TimeSpan.FromSeconds(seconds).Ticks);

    /// <returns>After how many whole seconds it is tried again.</returns>
    private int Pause()
    {
        _retry.OnNotSaved(At(0));
        return Enumerable.Range(0, 1000).First(second => _retry.TryBegin(At(second)));
    }
}
