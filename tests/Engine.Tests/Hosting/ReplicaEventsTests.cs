namespace Consensus.Engine.Tests.Hosting;

public sealed class ReplicaEventsTests
{
    private static readonly ReplicaStopped End = new(ConsensusFailure.Stopped, "");

    [Test]
    public async Task Every_reader_gets_every_event_from_its_subscription_on()
    {
        var hub = new ReplicaEvents();
        var first = hub.Subscribe(default);
        hub.Publish(Event(1));
        var second = hub.Subscribe(default);
        hub.Publish(Event(2));
        hub.Close(End);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ReadAsync(first), Is.EqualTo(new ConsensusEvent[] { Event(1), Event(2), End }));
            Assert.That(await ReadAsync(second), Is.EqualTo(new ConsensusEvent[] { Event(2), End }));
        }
    }

    [Test]
    public async Task A_slow_reader_loses_events_and_is_told_how_many_in_their_place()
    {
        var hub = new ReplicaEvents();
        var events = hub.Subscribe(default).GetAsyncEnumerator();
        await using (events)
        {
            for (var i = 1; i <= EventQueue<ConsensusEvent>.QueuedMax + 5; i++)
            {
                hub.Publish(Event(i));
            }

            for (var i = 1; i <= EventQueue<ConsensusEvent>.QueuedMax; i++)
            {
                await events.MoveNextAsync();
                Assert.That(events.Current, Is.EqualTo(Event(i)));
            }

            // Without a further event: a reader must not have to wait for one to learn of the loss.
            await events.MoveNextAsync();
            Assert.That(events.Current, Is.EqualTo(new EventsLost(5)));

            hub.Publish(Event(2000));
            await events.MoveNextAsync();
            Assert.That(events.Current, Is.EqualTo(Event(2000)));
        }
    }

    [Test]
    public async Task Losses_are_counted_where_they_happened_and_the_last_event_is_never_lost()
    {
        var hub = new ReplicaEvents();
        var events = hub.Subscribe(default);
        for (var i = 1; i <= EventQueue<ConsensusEvent>.QueuedMax + 5; i++)
        {
            hub.Publish(Event(i));
        }

        hub.Close(End);
        var read = await ReadAsync(events);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read, Has.Count.EqualTo(EventQueue<ConsensusEvent>.QueuedMax + 2));
            Assert.That(read[^2], Is.EqualTo(new EventsLost(5)));
            Assert.That(read[^1], Is.EqualTo(End));
        }
    }

    [Test]
    public async Task A_queue_never_holds_more_than_its_bound_and_accounts_for_every_event([Range(1, 5)] int seed)
    {
        var random = new Random(seed);
        var queue = new EventQueue<ConsensusEvent>(lost => new EventsLost(lost));
        long published = 0;
        long accounted = 0;
        for (var round = 0; round < 50; round++)
        {
            for (var i = random.Next(2000); i > 0; i--)
            {
                queue.Offer(Event(++published));
            }

            for (var i = random.Next(1500); i > 0 && accounted < published; i--)
            {
                switch (await queue.TakeAsync(default))
                {
                    case EventsLost lost:
                        accounted += lost.Count;
                        break;
                    case LeaderChanged event_:
                        accounted++;
                        Assert.That(event_, Is.EqualTo(Event(accounted)), $"seed {seed}, round {round}");
                        break;
                }
            }
        }
    }

    [Test]
    public async Task A_reader_that_is_cancelled_ends()
    {
        var hub = new ReplicaEvents();
        using var cancellation = new CancellationTokenSource();
        var events = hub.Subscribe(cancellation.Token).GetAsyncEnumerator();
        var next = events.MoveNextAsync().AsTask();

        await cancellation.CancelAsync();

        await Assert.ThatAsync(() => next, Throws.InstanceOf<OperationCanceledException>());
    }

    private static LeaderChanged Event(long number) => new(new NodeId(1), (ulong)number);

    private static async Task<List<ConsensusEvent>> ReadAsync(IAsyncEnumerable<ConsensusEvent> events)
    {
        var all = new List<ConsensusEvent>();
        await foreach (var happening in events)
        {
            all.Add(happening);
        }

        return all;
    }
}
