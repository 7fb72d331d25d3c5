namespace Consensus.Engine.Tests.Hosting;

public sealed class WorkerThreadTests
{
    [Test]
    public void Items_are_handled_in_order_on_one_thread_and_the_rest_before_the_end()
    {
        var handled = new List<(int Item, int Thread)>();
        using var goOn = new ManualResetEventSlim();
        var worker = new WorkerThread<int>(
            "test",
            item =>
            {
                goOn.Wait();
                handled.Add((item, Environment.CurrentManagedThreadId));
            },
            static _ => { },
            static _ => { });
        worker.Start();
        for (var i = 0; i < 100; i++)
        {
            worker.Post(i);
        }

        goOn.Set();
        worker.Dispose();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(handled.Select(entry => entry.Item), Is.EqualTo(Enumerable.Range(0, 100)));
            Assert.That(handled.Select(entry => entry.Thread).Distinct().Count(), Is.EqualTo(1));
        }
    }

    [Test]
    public void A_failure_is_reported_once_and_what_follows_is_turned_away()
    {
        var failures = new List<Exception>();
        var turnedAway = new List<int>();
        using var failed = new ManualResetEventSlim();
        var worker = new WorkerThread<int>(
            "test",
            item => throw new InvalidOperationException($"item {item}"),
            turnedAway.Add,
            exception =>
            {
                failures.Add(exception);
                failed.Set();
            });
        worker.Post(1);
        worker.Post(2);
        worker.Start();
        failed.Wait();

        worker.Dispose();
        worker.Post(3);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(failures.Select(failure => failure.Message), Is.EqualTo(new[] { "item 1" }));
            Assert.That(turnedAway, Is.EqualTo(new[] { 2, 3 }));
        }
    }

    [Test]
    public void A_worker_that_was_never_started_turns_everything_away()
    {
        var turnedAway = new List<int>();
        var worker = new WorkerThread<int>("test", static _ => { }, turnedAway.Add, static _ => { });
        worker.Post(1);

        worker.Dispose();

        Assert.That(turnedAway, Is.EqualTo(new[] { 1 }));
    }
}
