using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Consensus.Gossip;
using Consensus.Swarm.Hosting;
using Consensus.Swarm.Tests.Network;

namespace Consensus.Swarm.Tests;

/// <summary>Where nodes are, and the connections between them.</summary>
internal sealed class ConnectionTests
{
    [Test]
    public async Task A_connection_that_nobody_uses_is_closed_and_there_is_another_one_when_it_is_needed()
    {
        // Nothing that is large happens by itself meanwhile.
        var quiet = new SwarmNodeOptions { Membership = MembershipOptions.Lan with { ExchangeInterval = TimeSpan.FromMinutes(10), ProbesOverStream = false } };
        await using var swarm = new LoopbackSwarm(quiet) { Network = new SwarmNetworkOptions { IdleAfter = TimeSpan.FromMilliseconds(200) } };
        await swarm.StartAllAsync(2);
        var heard = new ConcurrentQueue<int>();
        using var handler = swarm[1].Handle("blob", (rumour, _) =>
        {
            heard.Enqueue(rumour.Length);
            return default;
        });
        for (var i = 1; i <= 3; i++)
        {
            swarm[2].Broadcast("blob", RandomNumberGenerator.GetBytes(50_000 + i));
            await LoopbackSwarm.UntilAsync(() => heard.Count == i);
            await LoopbackSwarm.UntilAsync(() => swarm.Nodes.All(node => node.Connections == 0));
        }

        Assert.That(swarm.Nodes.Sum(node => node.Counts[SwarmCount.Dialled]), Is.GreaterThanOrEqualTo(3), "one for each");
    }

    [Test]
    public async Task Names_are_looked_up_for_datagrams_too()
    {
        await using var swarm = new LoopbackSwarm();
        var nodes = new List<SwarmNode>();
        for (var id = 1u; id <= 3; id++)
        {
            using var ports = PortPair.Open(new IPEndPoint(IPAddress.Loopback, 0));
            var listen = ports.EndPoint;
            ports.Dispose();
            nodes.Add(await SwarmNode.StartAsync(swarm.SetupOf(id) with { Listen = listen, Address = $"localhost:{listen.Port}", Seeds = nodes.Count == 0 ? [] : [nodes[0].Address] }));
        }

        await LoopbackSwarm.UntilAsync(() => nodes.All(node => node.LiveCount == 3 && node.Counts[SwarmCount.DatagramsReceived] >= 5));
        Assert.That(nodes[0].Members.Select(member => member.Address), Has.All.StartsWith("localhost:"));
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Test]
    public async Task Nodes_at_addresses_of_version_6_find_together()
    {
        Assume.That(Socket.OSSupportsIPv6);
        await using var swarm = new LoopbackSwarm();
        var nodes = new List<SwarmNode>();
        for (var id = 1u; id <= 3; id++)
        {
            nodes.Add(await SwarmNode.StartAsync(swarm.SetupOf(id) with { Listen = new IPEndPoint(IPAddress.IPv6Loopback, 0), Seeds = nodes.Count == 0 ? [] : [nodes[0].Address] }));
        }

        await LoopbackSwarm.UntilAsync(() => nodes.All(node => node.LiveCount == 3 && node.Counts[SwarmCount.DatagramsReceived] >= 5));
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Test]
    public async Task One_that_starts_again_somewhere_else_is_taken_in_and_found_there()
    {
        await using var swarm = new LoopbackSwarm(new SwarmNodeOptions { Membership = MembershipOptions.Fast });
        await swarm.StartAllAsync(4);
        var before = swarm[3].Members.Single(member => member.Id.Value == 3).Version;
        await swarm.KillAsync(3);
        var again = await swarm.StartAsync(3);
        await LoopbackSwarm.UntilAsync(() => swarm.Nodes.All(node => node.Members.Single(member => member.Id.Value == 3) is { State: SwarmMemberState.Alive } member && member.Address == again.Address));
        Assert.That(swarm[1].Members.Single(member => member.Id.Value == 3).Version, Is.GreaterThan(before));

        var told = new TaskCompletionSource();
        using var handler = again.Handle("again", (_, _) =>
        {
            told.TrySetResult();
            return default;
        });
        swarm[1].Broadcast("again", new byte[] { 1 });
        await told.Task.WaitAsync(LoopbackSwarm.Patience);
    }

    [Test]
    public async Task More_connections_than_allowed_are_refused()
    {
        await using var swarm = new LoopbackSwarm { Network = new SwarmNetworkOptions { ConnectionsMax = 1, GreetingTimeout = TimeSpan.FromSeconds(30) } };
        var node = await swarm.StartAsync(1);
        using var first = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(node.EndPoint);
        using var second = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await second.ConnectAsync(node.EndPoint);
        await LoopbackSwarm.UntilAsync(() => node.Counts[SwarmCount.ConnectionsRefused] == 1);
        Assert.That(await second.ReceiveAsync(new byte[1]), Is.Zero, "it is closed");
    }

    [Test]
    public async Task A_swarm_that_was_cut_in_two_is_merged()
    {
        await using var swarm = new LoopbackSwarm(new SwarmNodeOptions { Membership = MembershipOptions.Fast });
        await swarm.StartAllAsync(7);
        foreach (var node in swarm.Nodes)
        {
            node.CutOff(other => other.Value <= 2 != node.Id.Value <= 2);
        }

        swarm[1].Put("left"u8.ToArray(), new byte[] { 1 });
        await LoopbackSwarm.UntilAsync(() => swarm[1].Side == SwarmSide.Minority && swarm[2].Side == SwarmSide.Minority);
        swarm[5].Put("right"u8.ToArray(), new byte[] { 2 });
        await LoopbackSwarm.UntilAsync(() => swarm[5].LiveCount == 5);
        foreach (var node in swarm.Nodes)
        {
            node.CutOff(null);
        }

        await LoopbackSwarm.UntilAsync(() => swarm.Nodes.All(node => node.LiveCount == 7 && node.Side == SwarmSide.Majority && node.Get("left"u8.ToArray()) is not null && node.Get("right"u8.ToArray()) is not null));
        Assert.That(swarm.Nodes.Select(node => node.StateDigest).Distinct().Count(), Is.EqualTo(1));
    }
}
