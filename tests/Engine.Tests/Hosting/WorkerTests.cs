using Consensus.Engine.Tests.Lanes;

namespace Consensus.Engine.Tests.Hosting;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WorkerTests
{
    private readonly VirtualLanes _lanes = new();
    private readonly List<int> _handled = [];
    private readonly List<int> _turnedAway = [];

    [Test]
    public void One_item_is_handled_in_a_turn_in_the_order_of_posting()
    {
        using var worker = Worker(_handled.Add);
        worker.Start();
        for (var i = 0; i < 100; i++)
        {
            worker.Post(i);
        }

        _lanes.RunUntil(() => _handled.Count == 100);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_handled, Is.EqualTo(Enumerable.Range(0, 100)));
            Assert.That(_lanes.Turns, Is.EqualTo(100));
        }
    }

    [Test]
    public void What_is_left_is_handled_before_the_end_and_what_comes_later_turned_away()
    {
        var worker = Worker(_handled.Add);
        worker.Start();
        worker.Post(1);
        worker.Post(2);

        worker.Dispose();
        worker.Post(3);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_handled, Is.EqualTo(new[] { 1, 2 }));
            Assert.That(_turnedAway, Is.EqualTo(new[] { 3 }));
        }
    }

    [Test]
    public void After_a_failure_what_is_left_and_what_follows_is_turned_away()
    {
        var worker = Worker(item => throw new InvalidOperationException($"item {item}"));
        worker.Post(1);
        worker.Post(2);
        worker.Start();
        _lanes.Run(TimeSpan.FromSeconds(1));

        worker.Dispose();
        worker.Post(3);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_lanes.Failures.Select(failure => failure.Message), Is.EqualTo(new[] { "item 1" }));
            Assert.That(_turnedAway, Is.EqualTo(new[] { 2, 3 }));
        }
    }

    [Test]
    public void A_worker_that_was_never_started_turns_everything_away()
    {
        var worker = Worker(_handled.Add);
        worker.Post(1);

        worker.Dispose();

        Assert.That(_turnedAway, Is.EqualTo(new[] { 1 }));
    }

    private Worker<int> Worker(Action<int> handle) =>
        new(new ReplicaBench { Lanes = _lanes }.Setup(), LaneKind.Files, handle, _turnedAway.Add, static _ => { });
}
