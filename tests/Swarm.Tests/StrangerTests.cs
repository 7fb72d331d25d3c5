using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Consensus.Gossip;
using Consensus.Swarm.Tests.Network;
using Consensus.Swarm.Wire;

namespace Consensus.Swarm.Tests;

/// <summary>Who does not belong to a swarm, or does not behave, gets nothing of it.</summary>
internal sealed class StrangerTests
{
    [TestCase(2, 1, TestName = "A_node_of_another_swarm_is_not_taken_in")]
    [TestCase(1, 2, TestName = "A_node_with_another_key_is_not_taken_in")]
    public async Task A_stranger_is_not_taken_in(byte itsSwarm, byte itsKey)
    {
        await using var swarm = Swarm(1, 1);
        await using var other = Swarm(itsSwarm, itsKey);
        await swarm.StartAllAsync(2);
        var stranger = await other.StartAsync(7, swarm[1].Address);
        await LoopbackSwarm.UntilAsync(() => swarm[1].Counts[SwarmCount.ConnectionsRefused] > 0 && stranger.Counts[SwarmCount.ConnectionsRefused] > 0);
        Assert.That(swarm[1].Members, Has.Count.EqualTo(2));
        Assert.That(stranger.LiveCount, Is.EqualTo(1));
    }

    [Test]
    public async Task Bytes_of_strangers_are_counted_and_harm_nothing()
    {
        await using var swarm = new LoopbackSwarm();
        await swarm.StartAllAsync(3);
        var target = IPEndPoint.Parse(swarm[1].Address);
        var random = new Random(11);
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            for (var i = 0; i < 500; i++)
            {
                var bytes = new byte[random.Next(0, 3_000)];
                random.NextBytes(bytes);
                socket.SendTo(bytes, target);
            }

            var forged = new byte[200];
            new DatagramSeal(SwarmKey.FromBytes(new byte[32]), swarm.Id).Close(new NodeId(2), forged);
            socket.SendTo(forged, target);
        }

        for (var i = 0; i < 20; i++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(target);
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            await socket.SendAsync(bytes);
        }

        await LoopbackSwarm.UntilAsync(() => swarm[1].Counts[SwarmCount.DatagramsForged] == 1 && swarm[1].Counts[SwarmCount.DatagramsForeign] > 0 && swarm[1].Counts[SwarmCount.ConnectionsRefused] >= 20);
        Assert.That(swarm[1].Counts[SwarmCount.Rejections], Is.Zero, "a member pays for nothing that a stranger has sent in its name");
        await StillTellsAsync(swarm);
    }

    [Test]
    public async Task One_that_dials_and_says_nothing_is_given_up_and_keeps_nobody_out()
    {
        await using var swarm = new LoopbackSwarm { Network = new SwarmNetworkOptions { GreetingsMax = 4, GreetingTimeout = TimeSpan.FromMilliseconds(300) } };
        var first = await swarm.StartAsync(1);
        var silent = new List<Socket>();
        for (var i = 0; i < 8; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPEndPoint.Parse(first.Address));
            silent.Add(socket);
        }

        await LoopbackSwarm.UntilAsync(() => first.Counts[SwarmCount.ConnectionsRefused] >= 8);
        await swarm.StartAsync(2);
        await LoopbackSwarm.UntilAsync(() => swarm.Nodes.All(node => node.LiveCount == 2));
        silent.ForEach(socket => socket.Dispose());
    }

    [Test]
    public async Task A_member_that_sends_what_is_no_message_is_ignored_in_the_end()
    {
        await using var swarm = new LoopbackSwarm();
        await swarm.StartAllAsync(3);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var events = swarm[1].WatchAsync();
        var junk = new byte[DatagramSeal.HeadSize + DatagramSeal.HashSize + 40];
        Array.Fill<byte>(junk, 0xC1);
        new DatagramSeal(SwarmKey.Open(swarm.Id), swarm.Id).Close(new NodeId(2), junk);
        for (var i = 0; i < 6; i++)
        {
            socket.SendTo(junk, IPEndPoint.Parse(swarm[1].Address));
        }

        await foreach (var happening in events)
        {
            if (happening is PeerIgnored ignored)
            {
                Assert.That(ignored.Peer, Is.EqualTo(new NodeId(2)));
                break;
            }
        }
    }

    [Test]
    public async Task Datagrams_that_come_again_and_again_change_nothing()
    {
        await using var swarm = new LoopbackSwarm();
        using var repeater = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        repeater.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await swarm.StartAsync(1);
        await swarm.StartAsync(3);
        await using var repeated = await SwarmNode.StartAsync(swarm.SetupOf(2) with { Address = repeater.LocalEndPoint!.ToString(), Seeds = [swarm[1].Address] });
        using var end = new CancellationTokenSource();
        var repeating = RepeatAsync(repeater, repeated.EndPoint, end.Token);
        await LoopbackSwarm.UntilAsync(() => swarm.Nodes.Append(repeated).All(node => node.LiveCount == 3));
        var heard = new ConcurrentQueue<RumourId>();
        using var handler = repeated.Handle("once", (rumour, _) =>
        {
            heard.Enqueue(rumour.Id);
            return default;
        });
        for (var i = 1; i <= 20; i++)
        {
            swarm[1].Broadcast("once", new[] { (byte)i });
            await LoopbackSwarm.UntilAsync(() => heard.Count >= i);
        }

        Assert.That(heard, Is.Unique);
        await end.CancelAsync();
        var copies = await repeating;
        Assert.That(copies, Is.GreaterThan(100), "they were sent more than once");
        Assert.That(repeated.Counts[SwarmCount.DatagramsReceived], Is.GreaterThan(100), "and came");
        Assert.That(swarm.Nodes.Append(repeated).Sum(node => node.Counts[SwarmCount.Rejections]), Is.Zero, "and nobody pays for it");
        Assert.That(swarm.Nodes.Append(repeated).Select(node => node.LiveCount), Has.All.EqualTo(3));
    }

    /// <summary>Hands each datagram on, and the last hundred ones once more with it.</summary>
    private static async Task<long> RepeatAsync(Socket repeater, IPEndPoint target, CancellationToken cancellationToken)
    {
        var sent = 0L;
        var recorded = new Queue<byte[]>();
        var buffer = new byte[2_048];
        try
        {
            while (true)
            {
                var received = await repeater.ReceiveFromAsync(buffer, SocketFlags.None, target, cancellationToken);
                recorded.Enqueue(buffer[..received.ReceivedBytes]);
                while (recorded.Count > 100)
                {
                    recorded.Dequeue();
                }

                foreach (var datagram in recorded)
                {
                    repeater.SendTo(datagram, target);
                    sent++;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return sent;
        }
    }

    private static LoopbackSwarm Swarm(byte identity, byte key) => new() { Id = new ClusterId(new Guid(identity, 0, 0, new byte[8])), Key = SwarmKey.FromBytes(Enumerable.Repeat(key, SwarmKey.Size).ToArray()) };

    private static async Task StillTellsAsync(LoopbackSwarm swarm)
    {
        var told = new TaskCompletionSource();
        using var handler = swarm[1].Handle("still", (_, _) =>
        {
            told.TrySetResult();
            return default;
        });
        swarm[3].Broadcast("still", "there"u8.ToArray());
        await told.Task.WaitAsync(LoopbackSwarm.Patience);
    }
}
