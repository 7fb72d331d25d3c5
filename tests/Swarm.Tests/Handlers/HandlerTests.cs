using Consensus.Gossip;
using Consensus.Swarm.Tests.Network;

namespace Consensus.Swarm.Tests.Handlers;

/// <summary>Handlers do not harm each other (pitfalls G).</summary>
internal sealed class HandlerTests
{
    [Test]
    public async Task One_that_is_slow_or_throws_harms_no_other()
    {
        await using var swarm = new LoopbackSwarm();
        await swarm.StartAllAsync(2);
        var (stuck, isStuck) = (new TaskCompletionSource(), new TaskCompletionSource());
        var good = 0;
        var events = swarm[1].WatchAsync();
        using var slow = swarm[1].Handle(
            "a",
            async (_, cancellation) =>
            {
                isStuck.TrySetResult();
                await stuck.Task.WaitAsync(cancellation);
            },
            queuedMax: 2);
        using var broken = swarm[1].Handle("a", (_, _) => throw new InvalidOperationException("on purpose"));
        using var fine = swarm[1].Handle("a", (_, _) =>
        {
            Interlocked.Increment(ref good);
            return default;
        });
        swarm[2].Broadcast("a", new byte[] { 0 });
        await isStuck.Task.WaitAsync(LoopbackSwarm.Patience);
        for (var i = 1; i < 10; i++)
        {
            swarm[2].Broadcast("a", new[] { (byte)i });
        }

        await LoopbackSwarm.UntilAsync(() => Volatile.Read(ref good) == 10 && swarm[1].Counts[SwarmCount.HandlerFailures] == 10);
        Assert.That(swarm[1].Counts[SwarmCount.HandlerOverflows], Is.EqualTo(7), "one is being handled, two wait");
        var failed = await FirstAsync<HandlerFailed>(events);
        Assert.That(failed.Exception.Message, Is.EqualTo("on purpose"));
        stuck.SetResult();
    }

    [Test]
    public async Task One_that_was_taken_away_gets_no_more_and_unknown_kinds_are_counted()
    {
        await using var swarm = new LoopbackSwarm();
        await swarm.StartAllAsync(2);
        var count = 0;
        var handler = swarm[1].Handle("a", (_, _) =>
        {
            Interlocked.Increment(ref count);
            return default;
        });
        swarm[2].Broadcast("a", new byte[] { 1 });
        await LoopbackSwarm.UntilAsync(() => Volatile.Read(ref count) == 1);
        handler.Dispose();
        swarm[2].Broadcast("a", new byte[] { 2 });
        await LoopbackSwarm.UntilAsync(() => swarm[1].Counts[SwarmCount.Unhandled] == 1);
        Assert.That(Volatile.Read(ref count), Is.EqualTo(1));
    }

    private static async Task<T> FirstAsync<T>(IAsyncEnumerable<GossipEvent> events)
    {
        await foreach (var happening in events)
        {
            if (happening is T wanted)
            {
                return wanted;
            }
        }

        throw new AssertionException($"There is no {typeof(T).Name}.");
    }
}
