using System.Collections.Concurrent;
using System.Text;
using Consensus.Gossip;
using Consensus.Swarm.Tests.Network;

namespace Consensus.Swarm.Tests;

/// <summary>Nodes on real sockets.</summary>
internal sealed class SwarmNodeTests
{
    private static readonly SwarmNodeOptions Fast = new() { Membership = MembershipOptions.Fast };

    [TestCase(3)]
    [TestCase(20)]
    public async Task Nodes_find_together_by_one_seed_and_each_handler_gets_what_is_told_once(int count)
    {
        await using var swarm = new LoopbackSwarm();
        await swarm.StartAllAsync(count);
        var heard = new ConcurrentQueue<(NodeId Node, string Text)>();
        foreach (var node in swarm.Nodes)
        {
            node.Handle("price", (rumour, _) =>
            {
                heard.Enqueue((node.Id, Encoding.UTF8.GetString(rumour.Unpack().Span)));
                return ValueTask.CompletedTask;
            });
        }

        for (var i = 0; i < 10; i++)
        {
            swarm[2].Broadcast("price", Encoding.UTF8.GetBytes($"{i}"));
        }

        await LoopbackSwarm.UntilAsync(() => heard.Count >= 10 * (count - 1));
        Assert.That(heard, Is.Unique, "none twice");
        Assert.That(heard.Select(each => each.Node), Has.None.EqualTo(new NodeId(2)), "who tells it knows it");
        Assert.That(swarm.Nodes.Sum(node => node.Counts[SwarmCount.Rejections]), Is.Zero, "nobody has done anything wrong");
    }

    [TestCase(200)]
    [TestCase(100_000)]
    public async Task What_does_not_fit_into_a_datagram_comes_on_a_connection(int length)
    {
        await using var swarm = new LoopbackSwarm();
        await swarm.StartAllAsync(4);
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        var heard = new ConcurrentQueue<byte[]>();
        foreach (var node in swarm.Nodes)
        {
            node.Handle("blob", (rumour, _) =>
            {
                heard.Enqueue(rumour.Unpack().ToArray());
                return ValueTask.CompletedTask;
            });
        }

        swarm[1].Broadcast("blob", payload, RumourPriority.Critical);
        await LoopbackSwarm.UntilAsync(() => heard.Count == 3);
        Assert.That(heard, Has.All.EqualTo(payload));
    }

    [Test]
    public async Task What_was_lost_on_its_way_to_one_comes_when_nodes_compare_what_they_have_heard()
    {
        var options = new SwarmNodeOptions { Dissemination = new DisseminationOptions { HotTimeMax = TimeSpan.FromMilliseconds(300) }, Repair = new RepairOptions { Interval = TimeSpan.FromMilliseconds(500) } };
        await using var swarm = new LoopbackSwarm(options);
        await swarm.StartAllAsync(3);
        var heard = new ConcurrentQueue<string>();
        swarm[3].Handle("price", (rumour, _) =>
        {
            heard.Enqueue(Encoding.UTF8.GetString(rumour.Unpack().Span));
            return ValueTask.CompletedTask;
        });
        swarm[3].CutOff(static _ => true);
        swarm[1].Broadcast("price", "lost"u8.ToArray());
        await LoopbackSwarm.UntilAsync(() => swarm[2].Counts[SwarmCount.Deliveries] == 1);

        // Longer than anybody tells it.
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.That(heard, Is.Empty);
        swarm[3].CutOff(null);
        await LoopbackSwarm.UntilAsync(() => !heard.IsEmpty);
        Assert.That(heard, Is.EqualTo(new[] { "lost" }));
        Assert.That(swarm[3].Counts[SwarmCount.Repaired], Is.EqualTo(1));
    }

    [Test]
    public async Task One_that_ends_without_a_word_is_dead_for_all_and_nobody_else_is()
    {
        await using var swarm = new LoopbackSwarm(Fast);
        await swarm.StartAllAsync(10);
        await swarm.KillAsync(4);
        await LoopbackSwarm.UntilAsync(() => swarm.Nodes.All(node => node.LiveCount == 9));
        Assert.That(swarm.Nodes.SelectMany(node => node.Members).Where(member => member.State != SwarmMemberState.Alive).Select(member => member.Id.Value).Distinct(), Is.EqualTo(new[] { 4u }));
    }

    [Test]
    public async Task One_that_leaves_is_gone_for_all_at_once_and_took_part_until_then()
    {
        await using var swarm = new LoopbackSwarm();
        await swarm.StartAllAsync(5);
        await swarm[3].LeaveAsync();
        await swarm.KillAsync(3);
        await LoopbackSwarm.UntilAsync(() => swarm.Nodes.All(node => node.Members.Single(member => member.Id.Value == 3).State == SwarmMemberState.Left));
        Assert.That(swarm.Nodes.Select(node => node.Side), Has.All.EqualTo(SwarmSide.Majority));
    }

    [Test]
    public async Task State_that_one_writes_is_everywhere_and_with_those_who_come_late()
    {
        await using var swarm = new LoopbackSwarm(new SwarmNodeOptions { Repair = new RepairOptions { Interval = TimeSpan.FromSeconds(2) } });
        await swarm.StartAllAsync(3);
        for (var i = 0; i < 100; i++)
        {
            swarm[1 + (uint)(i % 3)].Put(Encoding.UTF8.GetBytes($"key{i}"), new byte[1_000]);
        }

        var removed = swarm[2].Remove("key7"u8.ToArray());
        Assert.That(removed.IsTombstone);
        await swarm.StartAsync(9);
        await LoopbackSwarm.UntilAsync(() => swarm.Nodes.Select(node => node.StateDigest).Distinct().Count() == 1);
        Assert.That(swarm[9].Get("key8"u8.ToArray())!.Content.Length, Is.EqualTo(1_000));
        Assert.That(swarm[9].Get("key7"u8.ToArray()), Is.Null);
    }

    [Test]
    public async Task Events_tell_who_comes_and_goes_until_the_node_ends()
    {
        await using var swarm = new LoopbackSwarm(Fast);
        var first = await swarm.StartAsync(1);
        var events = first.WatchAsync();
        await swarm.StartAsync(2);
        await LoopbackSwarm.UntilAsync(() => swarm[1].LiveCount == 2);
        await swarm.KillAsync(2);
        await LoopbackSwarm.UntilAsync(() => swarm[1].LiveCount == 1);
        await swarm.KillAsync(1);
        var seen = new List<GossipEvent>();
        await foreach (var happening in events)
        {
            seen.Add(happening);
        }

        Assert.That(seen.OfType<MemberJoined>().Select(joined => joined.Member.Id.Value), Is.EqualTo(new[] { 2u }));
        Assert.That(seen.OfType<MemberDied>().Select(died => died.Member.Id.Value), Is.EqualTo(new[] { 2u }));
    }

    [Test]
    public async Task The_smaller_part_changes_nothing()
    {
        await using var swarm = new LoopbackSwarm(Fast);
        await swarm.StartAllAsync(5);
        foreach (var id in new uint[] { 1, 2, 3 })
        {
            await swarm.KillAsync(id);
        }

        await LoopbackSwarm.UntilAsync(() => swarm.Nodes.All(node => node.Side == SwarmSide.Minority));
        Assert.That(() => swarm[4].Put("key"u8.ToArray(), default), Throws.TypeOf<SwarmDividedException>());
    }

    [Test]
    public async Task What_a_caller_does_wrong_is_said_and_harms_nothing()
    {
        await using var swarm = new LoopbackSwarm();
        await swarm.StartAllAsync(2);
        var node = swarm[1];
        Assert.Multiple(() =>
        {
            Assert.That(() => node.Broadcast("no spaces", default), Throws.ArgumentException.With.Message.Contains("letters"));
            Assert.That(() => node.Broadcast("big", new byte[300_000]), Throws.ArgumentException.With.Message.Contains("262144"));
            Assert.That(() => node.Broadcast("consensus.state", default), Throws.ArgumentException.With.Message.Contains("the swarm's own"));
            Assert.That(() => node.Handle("", (_, _) => default), Throws.ArgumentException);
            Assert.That(() => node.Put(default, default), Throws.ArgumentException.With.Message.Contains("KeyBytesMax"));
            Assert.That(() => node.Put(new byte[10], new byte[100_000]), Throws.ArgumentException.With.Message.Contains("ContentBytesMax"));
        });
        Assert.That(() => node.Broadcast("fine", default), Throws.Nothing);
        await node.DisposeAsync();
        Assert.That(() => node.Broadcast("late", default), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(node.Completion.IsCompletedSuccessfully);
    }

    [Test]
    public void Whatever_is_wrong_with_a_setup_is_said_at_once()
    {
        var setup = new LoopbackSwarm().SetupOf(1) with
        {
            Id = NodeId.None,
            Seeds = ["nowhere"],
            Listen = new System.Net.IPEndPoint(System.Net.IPAddress.Any, 0),
            Options = new SwarmNodeOptions { Dissemination = new DisseminationOptions { HopsMax = 0 } },
            Network = new SwarmNetworkOptions { GreetingsMax = 0 },
        };
        Assert.That(
            async () => await SwarmNode.StartAsync(setup),
            Throws.ArgumentException.With.Message.Contains("Id is 0").And.Message.Contains("'nowhere'").And.Message.Contains("Address is missing").And.Message.Contains("HopsMax is 0").And.Message.Contains("GreetingsMax is 0"));
    }

    [Test]
    public async Task A_port_in_use_is_named()
    {
        await using var swarm = new LoopbackSwarm();
        var first = await swarm.StartAsync(1);
        var taken = System.Net.IPEndPoint.Parse(first.Address);
        Assert.That(async () => await SwarmNode.StartAsync(swarm.SetupOf(2) with { Listen = taken }), Throws.TypeOf<IOException>().With.Message.Contains(first.Address));
    }
}
