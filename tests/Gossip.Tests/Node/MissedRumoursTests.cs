using Consensus.Gossip.Dissemination;
using Consensus.Gossip.Messages;

namespace Consensus.Gossip.Tests.Node;

/// <summary>A rumour that did not reach somebody is found when nodes compare what they have heard.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class MissedRumoursTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public void Whoever_missed_one_gets_it_once_when_it_compares([Values(2u, 3u, 20u)] uint size, [Range(1, 5)] int seed)
    {
        var swarm = new WholeSwarm((ulong)seed);
        swarm.StartAll(size);
        var heard = swarm.Publish(1, "before");
        swarm.Network.Run(2 * Second);

        // Too short for anybody to be suspected, long enough that nobody tells it any more.
        swarm.Network.IsCut = (from, to) => from.Value == size != (to.Value == size);
        var missed = swarm.Publish(1, "missed");
        swarm.Network.Run(1.5 * Second);
        swarm.Network.IsCut = static (_, _) => false;

        // In a swarm of two and three its one or two friends still tell it: after that nobody does but by comparison.
        var at = swarm.Network.RunUntil(TimeSpan.FromMinutes(5), () => swarm.HasHeard(size, missed));
        Assert.That(at, Is.Not.Null);
        swarm.Network.Run(TimeSpan.FromMinutes(2));
        Assert.That(swarm.Network[size].Deliveries.Select(told => told.Rumour.Id), Is.EquivalentTo(new[] { heard.Id, missed.Id }));
        Assert.That(swarm.Network.Nodes.SelectMany(node => node.Rejections), Is.Empty);
    }

    [Test]
    public void However_many_were_missed_they_come([Values(1_000)] int count)
    {
        var swarm = new WholeSwarm(3);
        swarm.StartAll(5);
        swarm.Network.IsCut = static (from, to) => from.Value == 5 != (to.Value == 5);
        for (var number = 0; number < count; number++)
        {
            swarm.Publish(1 + ((uint)number % 4), $"missed {number}");
            swarm.Network.Run(TimeSpan.FromMilliseconds(10));
        }

        // Others tell what is missing for ten seconds; it is taken for dead meanwhile, and finds that it is not.
        swarm.Network.Run(12 * Second);
        swarm.Network.IsCut = static (_, _) => false;
        Assert.That(swarm.Network.RunUntil(TimeSpan.FromMinutes(1), () => swarm.Network[5].Deliveries.Count == count), Is.Not.Null);
        Assert.That(swarm[5].Dissemination.Repaired, Is.EqualTo(count));
        Assert.That(swarm.Network.Nodes.SelectMany(node => node.Rejections), Is.Empty);
    }

    [Test]
    public void Whoever_was_taken_for_dead_asks_at_once_for_what_it_missed([Range(1, 5)] int seed)
    {
        var swarm = new WholeSwarm((ulong)seed);
        swarm.StartAll(5);
        swarm.Network.Pause(swarm.Network[5], 20 * Second);
        Assert.That(swarm.Network.RunUntil(20 * Second, () => swarm[1].Membership.SwarmSize == 4), Is.Not.Null);
        var missed = swarm.Publish(2, "missed");
        swarm.Network.Run(12 * Second);
        swarm.Network[5].Waiting.Clear();
        Assert.That(swarm.Network.RunUntil(20 * Second, () => !swarm.Network[5].IsPaused), Is.Not.Null);

        Assert.That(swarm.Network.RunUntil(15 * Second, () => swarm.HasHeard(5, missed)), Is.Not.Null, "as soon as it finds that it is taken for dead");
        Assert.That(swarm.Network[5].Events.Select(told => told.Event), Has.Some.InstanceOf<DeathDenied>());
    }

    [Test]
    public void Whoever_begins_later_is_not_told_what_was_said_before()
    {
        var swarm = new WholeSwarm(4);
        swarm.StartAll(3);
        swarm.Publish(1, "before");
        swarm.Network.Run(20 * Second);
        swarm.Start(4);
        swarm.Network.Run(5 * Second);
        var after = swarm.Publish(2, "after");
        swarm.Network.Run(TimeSpan.FromMinutes(5));

        Assert.That(swarm.Network[4].Deliveries.Select(told => told.Rumour.Id), Is.EqualTo(new[] { after.Id }));
    }

    [Test]
    public void Those_who_have_heard_the_same_say_so_in_a_datagram_and_later_nothing()
    {
        var swarm = new WholeSwarm(5);
        swarm.StartAll(10);
        var (summaries, digests) = (0, 0);
        swarm.Network.OnSent = (_, _, message, _) =>
        {
            summaries += message is RumourSummary ? 1 : 0;
            digests += message is RumourDigest ? 1 : 0;
        };
        swarm.Network.Run(TimeSpan.FromMinutes(2));
        Assert.That((summaries, digests), Is.EqualTo((0, 0)), "nothing was told");

        // So long after the start that all want to have heard the same.
        swarm.Network.Run(TimeSpan.FromMinutes(8));
        swarm.Publish(1, "news");
        swarm.Network.Run(TimeSpan.FromMinutes(2));
        Assert.That(summaries, Is.InRange(30, 55), "a quarter of a minute to three quarters lie between two of a node's");
        Assert.That(digests, Is.Zero);

        swarm.Network.Run(TimeSpan.FromMinutes(10));
        var before = summaries;
        swarm.Network.Run(TimeSpan.FromMinutes(2));
        Assert.That(summaries, Is.EqualTo(before), "too old to be taken by anybody");
    }

    [Test]
    public void Comparing_without_end_is_held_against_the_one_who_does_it()
    {
        var swarm = new WholeSwarm(6);
        swarm.StartAll(2);
        for (var number = 0; number < 2_000; number++)
        {
            swarm.Publish(1, $"{number}");
        }

        swarm.Network.Run(5 * Second);
        var window = new TimeWindow(new Timestamp(0), swarm.Time);
        var answers = 0;
        swarm.Network.OnSent = (_, _, message, _) => answers += message is RumourDigest ? 1 : 0;
        for (var number = 0; number < 1_000; number++)
        {
            swarm.Say(1, new NodeId(2), new RumourSummary(window, number, default, 1));
        }

        Assert.That(answers, Is.InRange(1, 300));
        Assert.That(swarm.Network[1].Rejections, Is.Not.Empty);
    }
}
