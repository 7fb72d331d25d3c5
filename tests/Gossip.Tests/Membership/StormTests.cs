using Consensus.Gossip.Messages;

namespace Consensus.Gossip.Tests.Membership;

/// <summary>What many do at once is bounded, and the same each time.</summary>
public sealed class StormTests
{
    [Test]
    public void A_thousand_that_join_at_once_know_each_other_soon_within_bounds()
    {
        const int Size = 1_000;
        var swarm = new TestSwarm(1, MembershipOptions.Lan);
        swarm.Network.IsDecoding = false;
        for (var id = 1u; id <= Size; id++)
        {
            swarm.Start(id);
        }

        var most = 0;
        var whole = false;
        for (var second = 0; second < 60 && !whole; second++)
        {
            swarm.Network.Run(TimeSpan.FromSeconds(1));
            most = Math.Max(most, swarm.Running.Max(node => TestSwarm.Core(node).NewsCount));
            whole = swarm.Running.All(node => TestSwarm.Core(node).SwarmSize == Size);
        }

        TestContext.Out.WriteLine($"{swarm.Network.Now}: most news {most}, {swarm.Running.Max(node => node.BytesSent):N0} bytes sent by one, {swarm.Running.Average(node => node.BytesSent):N0} on average, {swarm.Told<MemberDied>(Ticks.Zero).Count()} deaths");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(whole, Is.True);
            Assert.That(most, Is.LessThanOrEqualTo(Size));
            Assert.That(swarm.Running.Max(node => node.BytesSent), Is.LessThan(20_000_000));
            Assert.That(swarm.Told<MemberDied>(Ticks.Zero), Is.Empty);
        }
    }

    [Test]
    public void A_node_tells_all_it_knows_to_few_at_once_however_many_ask()
    {
        var swarm = TestSwarm.Whole(2, 30, MembershipOptions.Lan with { ExchangesPerSecondMax = 8 });
        var told = 0;
        swarm.Network.OnSent = (from, _, message, _) => told += from.Id.Value == 1 && message is StateExchange ? 1 : 0;
        var node = swarm.Network[1];
        for (var turn = 0; turn < 10; turn++)
        {
            for (var id = 2u; id <= 30; id++)
            {
                var from = new NodeId(id);
                swarm.Network.Call(node, (now, effects) => TestSwarm.Core(node).OnMessage(now, from, new StateDigest(turn == 0 ? 1ul : 2), effects));
            }
        }

        Assert.That(told, Is.EqualTo(2), "a quarter of what a second allows");
        swarm.Network.Run(TimeSpan.FromSeconds(1));
        told = 0;
        var peer = new NodeId(9);
        for (var turn = 0; turn < 10; turn++)
        {
            swarm.Network.Call(node, (now, effects) => TestSwarm.Core(node).OnMessage(now, peer, new StateDigest(1), effects));
        }

        Assert.That(told, Is.EqualTo(1), "one at a time with each");
    }

    [Test]
    public void News_ends()
    {
        var swarm = TestSwarm.Whole(3, 20, MembershipOptions.Fast);
        swarm.Network.Duplication = 0.2;
        swarm.Network.Loss = 0.05;
        swarm.Network.Stop(swarm.Network[7]);
        swarm.Network.Run(TimeSpan.FromSeconds(30));

        Assert.That(swarm.Running.Select(node => TestSwarm.Core(node).NewsCount), Has.All.Zero);
    }

    /// <summary>What waits to be told is newest-of-each and bounded, so a burst that is larger than the bound neither grows nor goes round for ever.</summary>
    [Test]
    public void A_burst_that_is_larger_than_the_room_for_news_ends_and_reaches_all_the_same()
    {
        var swarm = new TestSwarm(4, MembershipOptions.Fast with { NewsMax = 16 });
        for (var id = 1u; id <= 60; id++)
        {
            swarm.Start(id);
        }

        Assert.That(swarm.Network.RunUntil(TimeSpan.FromSeconds(60), () => swarm.AllSee(60)), Is.Not.Null);
        Assert.That(swarm.Network.RunUntil(TimeSpan.FromSeconds(30), () => swarm.Running.All(node => TestSwarm.Core(node).NewsCount == 0)), Is.Not.Null);
    }

    [Test]
    public void The_same_seed_gives_the_same_run([Values(1ul, 2ul)] ulong seed)
    {
        var (first, again, other) = (Trace(seed), Trace(seed), Trace(seed + 10));
        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    private static string Trace(ulong seed)
    {
        var swarm = TestSwarm.Whole(seed, 20, MembershipOptions.Fast);
        var lines = new List<string>();
        swarm.Network.OnSent = (from, to, message, bytes) => lines.Add($"{swarm.Network.Now} {from.Id} {to} {message.GetType().Name} {bytes}");
        swarm.Network.Loss = 0.03;
        swarm.Network.Duplication = 0.03;
        swarm.PauseNowAndThen(swarm.Network.Nodes.Take(4).ToArray(), TimeSpan.FromSeconds(2));
        swarm.Network.Stop(swarm.Network[9]);
        swarm.Network.Run(TimeSpan.FromSeconds(10));
        lines.AddRange(swarm.Network.Nodes.SelectMany(node => node.Events.Select(told => $"{told.At} {node.Id} {told.Event}")));
        return string.Join('\n', lines);
    }
}
