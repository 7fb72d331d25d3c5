using Consensus.Gossip.Messages;
using Consensus.Gossip.Tests.State;

namespace Consensus.Gossip.Tests.Repair;

/// <summary>Nodes that find what they lack, over a network that loses, repeats and cuts.</summary>
internal sealed class RepairSwarmTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Test]
    public void Two_nodes_come_to_have_the_same_and_tell_each_value_once([Values(1, 2, 3, 4)] int seed)
    {
        var swarm = new RepairSwarm((ulong)seed, 2);
        (swarm.Network.Loss, swarm.Network.Duplication) = (0.2, 0.2);
        for (var i = 0; i < 300; i++)
        {
            swarm.Write(swarm.Nodes[i % 2], $"{i}");
        }

        Assert.That(swarm.Network.RunUntil(3 * Minute, () => swarm.AllEqual), Is.Not.Null);
        foreach (var node in swarm.Nodes)
        {
            var told = node.Node.Events.Select(told => (StateChanged)told.Event).ToArray();
            Assert.That(told.Select(change => change.Value.Hash).Distinct().Count(), Is.EqualTo(told.Length).And.EqualTo(150));
            Assert.That((node.Store.Count, node.Node.Rejections.Count), Is.EqualTo((300, 0)));
        }
    }

    [Test]
    public void Nodes_that_are_equal_send_one_small_message_each_time()
    {
        var swarm = new RepairSwarm(1, 2);
        foreach (var node in swarm.Nodes)
        {
            node.Store.Put(SharedState.Noon, swarm.State.Write("a", 1, "x"));
        }

        swarm.Network.Run(10 * Minute);
        Assert.That(swarm.Nodes.Sum(node => node.Node.MessagesSent), Is.InRange(36, 52).And.EqualTo(swarm.Nodes.Sum(node => node.Core.Statistics.Asked)));
        Assert.That(swarm.Nodes.Sum(node => node.Node.BytesSent) / swarm.Nodes.Sum(node => node.Node.MessagesSent), Is.LessThanOrEqualTo(90));
        Assert.That(swarm.Nodes.All(node => node.Core.ExchangeCount == 0), Is.True);
    }

    [Test]
    public void Of_50_nodes_those_that_missed_news_get_it_though_every_fifth_datagram_is_lost([Values(1, 2, 3)] int seed)
    {
        // Each value reached all but a few; some were replaced, and some removed.
        var swarm = new RepairSwarm((ulong)seed, 50);
        swarm.Network.Loss = 0.2;
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var value = i % 7 == 0 ? swarm.State.Remove($"{i / 2}", 2) : swarm.State.Write($"{i / 2}", 1, "x");
            foreach (var node in swarm.Nodes.Where(_ => random.Next(100) > 2))
            {
                node.Store.Put(SharedState.Noon, value);
            }
        }

        var time = swarm.Network.RunUntil(10 * Minute, () => swarm.AllEqual);
        TestContext.Out.WriteLine($"equal after {time}, {swarm.Nodes.Average(node => node.Node.BytesSent):N0} bytes a node");
        Assert.That(time, Is.LessThan(3 * Minute));
        Assert.That(swarm.Nodes.Sum(node => node.Node.Rejections.Count), Is.Zero);
    }

    [Test]
    public void After_a_partition_of_20_and_30_all_are_soon_equal_and_nobody_is_overrun([Values(1, 2, 3)] int seed)
    {
        var swarm = new RepairSwarm((ulong)seed, 50);
        swarm.Network.IsCut = (from, to) => from.Value <= 20 != to.Value <= 20;
        for (var i = 0; i < 400; i++)
        {
            var value = swarm.State.Write($"{i}", 1, new string('x', 100), (uint)(i % 50) + 1);
            foreach (var node in swarm.Nodes.Where(node => node.Node.Id.Value <= 20 == i % 50 < 20))
            {
                node.Store.Put(SharedState.Noon, value);
            }
        }

        swarm.Network.Run(2 * Minute);
        Assert.That(swarm.Nodes.Select(node => node.Store.Digest).Distinct().Count(), Is.EqualTo(2));

        // All find at the same moment that the others are back, and messages take so long that exchanges meet.
        (swarm.Network.DelayMin, swarm.Network.DelayMax) = (TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100));
        swarm.Network.IsCut = static (_, _) => false;
        var before = swarm.Nodes.ToDictionary(node => node.Node.Id, node => node.Node.BytesSent);
        var exchanges = new Dictionary<(NodeId, NodeId), int>();
        swarm.Network.OnSent = (from, to, message, _) =>
        {
            if (message is RepairStep { Turn: 1 })
            {
                exchanges[(from.Id, to)] = exchanges.GetValueOrDefault((from.Id, to)) + 1;
            }
        };
        foreach (var node in swarm.Nodes)
        {
            swarm.Network.Call(node.Node, (now, _) => node.Core.OnHealed(now));
        }

        var most = 0;
        var time = swarm.Network.RunUntil(Minute, () =>
        {
            most = Math.Max(most, swarm.Nodes.Max(node => node.Core.ExchangeCount));
            return swarm.AllEqual;
        });
        var load = swarm.Nodes.Max(node => node.Node.BytesSent - before[node.Node.Id]);
        var useful = 400 * RepairWire.LengthOf(swarm.Nodes[0].Store.All.First());
        TestContext.Out.WriteLine($"equal after {time}, at most {load:N0} bytes sent by a node, {useful:N0} bytes of values, {most} exchanges at once, {exchanges.Values.Max()} of one pair, {swarm.Nodes.Sum(node => node.Core.Statistics.Declined)} declined");
        Assert.That(swarm.Nodes[0].Store.Count, Is.EqualTo(400));
        Assert.That(time, Is.LessThan(TimeSpan.FromSeconds(5)));
        Assert.That(most, Is.LessThanOrEqualTo(new RepairOptions().ExchangesMax + 1));
        Assert.That(load, Is.LessThan(8L * useful));
    }

    [Test]
    public void A_node_that_all_others_ask_at_once_takes_them_on_a_few_at_a_time()
    {
        // The others know nobody but it; each lacks something, and has something that it lacks.
        var swarm = new RepairSwarm(4, 50);
        (swarm.Network.DelayMin, swarm.Network.DelayMax) = (TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100));
        foreach (var node in swarm.Nodes)
        {
            node.Peers.Only = swarm.Nodes[0].Node.Id;
            swarm.Write(node, $"{node.Node.Id}", ago: TimeSpan.FromMinutes(1));
            swarm.Network.Call(node.Node, (now, _) => node.Core.OnHealed(now));
        }

        var most = 0;
        var time = swarm.Network.RunUntil(3 * Minute, () =>
        {
            most = Math.Max(most, swarm.Nodes[0].Core.ExchangeCount);
            return swarm.AllEqual;
        });
        TestContext.Out.WriteLine($"equal after {time}, {swarm.Nodes[0].Core.Statistics.Declined} declined");
        Assert.That((time < Minute, most), Is.EqualTo((true, new RepairOptions().ExchangesMax)));
        Assert.That(swarm.Nodes[0].Core.Statistics.Declined, Is.Positive);
    }

    [Test]
    public void Large_differences_are_repaired_piece_by_piece_each_of_bounded_size()
    {
        var options = new RepairOptions { ExchangeBytesMax = 133_632 };
        var swarm = new RepairSwarm(7, 2, options);
        for (var i = 0; i < 8_000; i++)
        {
            swarm.Write(swarm.Nodes[i % 2], $"{i}");
        }

        var largest = 0;
        swarm.Network.OnSent = (_, _, _, length) => largest = Math.Max(largest, length);
        Assert.That(swarm.Network.RunUntil(3 * Minute, () => swarm.AllEqual), Is.LessThan(Minute));
        Assert.That(largest, Is.InRange(64 * 1024, options.ExchangeBytesMax + 64));
        Assert.That(swarm.Nodes.Max(node => node.Core.Statistics.Completed), Is.GreaterThan(4));
    }

    [Test]
    public void A_connection_that_is_cut_in_the_middle_of_an_exchange_blocks_nothing([Values(1, 2)] int seed)
    {
        var swarm = new RepairSwarm((ulong)seed, 2);
        for (var i = 0; i < 500; i++)
        {
            swarm.Write(swarm.Nodes[i % 2], $"{i}");
        }

        var steps = 0;
        var isCut = false;
        swarm.Network.IsCut = (_, _) => isCut;
        swarm.Network.OnSent = (_, _, message, _) =>
        {
            steps += message is RepairStep ? 1 : 0;
            if (steps is 2 or 4 or 7 && message is RepairStep)
            {
                isCut = true;
                swarm.Network.PlanIn(TimeSpan.FromSeconds(1), () => isCut = false);
            }
        };
        Assert.That(swarm.Network.RunUntil(5 * Minute, () => swarm.AllEqual), Is.Not.Null);
        Assert.That(swarm.Nodes.Sum(node => node.Core.Statistics.TimedOut), Is.Positive);
        swarm.Network.Run(Minute);
        Assert.That(swarm.Nodes.Sum(node => node.Core.ExchangeCount), Is.Zero);
    }

    [Test]
    public void The_same_seed_gives_the_same_run()
    {
        var first = Run(11);
        Assert.That(Run(11), Is.EqualTo(first));
        Assert.That(Run(11), Is.Not.EqualTo(Run(12)));

        static string Run(ulong seed)
        {
            var swarm = new RepairSwarm(seed, 12);
            (swarm.Network.Loss, swarm.Network.Duplication) = (0.1, 0.1);
            var sent = new List<string>();
            swarm.Network.OnSent = (from, to, message, length) => sent.Add($"{swarm.Network.Now} {from.Id}>{to} {message.Kind} {length}");
            for (var i = 0; i < 200; i++)
            {
                swarm.Write(swarm.Nodes[i % 12], $"{i}");
            }

            swarm.Network.Run(2 * Minute);
            return string.Join('\n', sent);
        }
    }

    [Test]
    public void Liars_get_nothing_in_and_keep_nobody_from_being_repaired([Range(1, 6)] int seed)
    {
        const int Honest = 8;
        var swarm = new RepairSwarm((ulong)seed, Honest + 2, liar: id => id > Honest ? new LiarCore(new DeterministicRandom((ulong)seed + id), Honest, new SharedState((ulong)seed)) : null);
        var written = Enumerable.Range(0, 600).Select(i => swarm.Write(swarm.Nodes[i % Honest], $"{i}").Hash).ToHashSet();
        var toLiars = 0L;
        swarm.Network.OnSent = (from, to, _, length) => toLiars += from.Id.Value <= Honest && to.Value > Honest ? length : 0;
        var time = swarm.Network.RunUntil(3 * Minute, () => swarm.AllEqual && swarm.Nodes[0].Store.Count == written.Count);
        TestContext.Out.WriteLine($"equal after {time}, {toLiars:N0} bytes to liars, {swarm.Nodes.Sum(node => node.Node.Rejections.Count)} rejections, {swarm.Nodes.Sum(node => node.Core.Statistics.Unexpected)} unexpected, {swarm.Nodes.Sum(node => node.Core.Statistics.TimedOut)} timed out, {swarm.Nodes.Sum(node => node.Core.Statistics.Declined)} declined");
        Assert.That(time, Is.Not.Null);
        Assert.That(swarm.Nodes.SelectMany(node => node.Store.All).All(value => written.Contains(value.Hash)), Is.True);
        Assert.That(swarm.Nodes.Sum(node => node.Node.Rejections.Count), Is.Positive);
        Assert.That(swarm.Nodes.SelectMany(node => node.Node.Rejections).All(rejection => rejection.From.Value > Honest), Is.True);

        // No more than an exchange's bytes for each exchange that was begun.
        var begun = swarm.Nodes.Sum(node => node.Core.Statistics.Completed + node.Core.Statistics.TimedOut + node.Core.Statistics.Rejected);
        Assert.That(toLiars, Is.LessThan(begun * new RepairOptions().ExchangeBytesMax));
    }

    [Test]
    public void Who_does_not_listen_to_liars_is_rid_of_them()
    {
        const int Honest = 8;
        var swarm = new RepairSwarm(3, Honest + 2, liar: id => id > Honest ? new LiarCore(new DeterministicRandom(id), Honest, new SharedState(3)) : null);
        swarm.Write(swarm.Nodes[0], "a");
        for (var minute = 0; minute < 10; minute++)
        {
            swarm.Network.Run(Minute);
            swarm.Nodes.ForEach(node => node.DistrustLiars());
        }

        var rejections = swarm.Nodes.Sum(node => node.Node.Rejections.Count);
        Assert.That(swarm.Nodes.All(node => node.Peers.Peers.Count == Honest - 1), Is.True);
        swarm.Network.Run(5 * Minute);
        Assert.That(swarm.Nodes.Sum(node => node.Node.Rejections.Count), Is.EqualTo(rejections));
    }
}
