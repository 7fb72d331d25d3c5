using System.Globalization;
using Consensus.Cli.Tests.Processes.Harness;

namespace Consensus.Cli.Tests.Processes;

/// <summary>Bytes that no honest node would send, to the port for other nodes: the connection ends, and nothing else does.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
[Platform("Linux", Reason = "Reads how much memory a process has.")]
public sealed class HostilePortTests
{
    private const int WrongCluster = 1;
    private const int VersionNotSupported = 2;
    private const int Busy = 6;
    private const int CallersOfAKind = 10;

    /// <summary>The longest frame that a node takes, and what one connection may make it hold at most.</summary>
    private const int FrameBytesMax = 8 * 1024 * 1024;

    [TestCase(2, Category = "Process")]
    [TestCase(100, Category = "ProcessSoak", Explicit = true, Reason = "Takes minutes.")]
    public Task Hostile_bytes_end_their_connection_and_harm_neither_node_nor_group(int rounds) => HoldsOutAsync(rounds, tls: false, AttackAsync);

    [TestCase(2, Category = "Process")]
    [TestCase(100, Category = "ProcessSoak", Explicit = true, Reason = "Takes minutes.")]
    public Task With_TLS_hostile_bytes_get_no_answer_and_harm_neither_node_nor_group(int rounds) => HoldsOutAsync(rounds, tls: true, AttackEncryptedAsync);

    private static async Task HoldsOutAsync(int rounds, bool tls, Func<RealNode, RealNode, Random, Task> attack)
    {
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions { Tls = tls });
        var leader = await cluster.LeaderAsync();
        var other = cluster.Nodes.First(node => node != leader);
        var random = new Random(rounds);
        var load = WriteLoad.Start(cluster, clients: 2);

        // The first round grows what every process grows once.
        await attack(leader, other, random);
        await load.AdvanceAsync(10);
        var before = ResidentBytes(leader);
        for (var round = 1; round < rounds; round++)
        {
            await attack(leader, other, random);
            await load.AdvanceAsync(10);
        }

        await load.StopAndVerifyAsync();
        Assert.That(leader.HasExited, Is.False);
        Assert.That(await leader.Api.StatusAsync(), Is.Not.Null);

        // Each caller alone announced a frame of the longest kind; had they been given room for it, this would be ten times as much.
        Assert.That(ResidentBytes(leader) - before, Is.LessThan(CallersOfAKind * FrameBytesMax), "bytes of memory more than after the first round");
    }

    private static async Task AttackAsync(RealNode node, RealNode peer, Random random)
    {
        var attacks = new List<Task>();
        for (var i = 0; i < CallersOfAKind; i++)
        {
            var noise = new byte[random.Next(1, 4096)];
            random.NextBytes(noise);
            var greeting = RawCaller.Hello(node.Cluster, peer.Number, node.Number);
            attacks.Add(SayAsync(node, noise, mustClose: noise.Length >= greeting.Length));
            attacks.Add(SayAsync(node, [], mustClose: true));
            attacks.Add(SayAsync(node, greeting[..random.Next(1, greeting.Length)], mustClose: true));
            attacks.Add(RefusedAsync(node, RawCaller.Hello(Guid.NewGuid(), peer.Number, node.Number), WrongCluster));
            attacks.Add(RefusedAsync(node, RawCaller.Hello(node.Cluster, peer.Number, node.Number, oldest: 2, newest: 3), VersionNotSupported));
        }

        await Task.WhenAll(attacks);
        for (var i = 0; i < CallersOfAKind; i++)
        {
            // In the name of a peer, one after the other: of one peer, a node keeps one connection.
            var noise = new byte[random.Next(1, 4096)];
            random.NextBytes(noise);
            await PretendAsync(node, peer, [0, 0, 16, 0, .. noise[..Math.Min(noise.Length, 4000)]], mustClose: false);
            await PretendAsync(node, peer, [0, 0x7F, 0xFF, 0xFF, .. noise], mustClose: false);
            await PretendAsync(node, peer, [0xFF, 0xFF, 0xFF, 0xFF, .. noise], mustClose: true);
            await PretendAsync(node, peer, [0, 0, 0, 64, .. new byte[64]], mustClose: true);
        }
    }

    /// <summary>Nobody without a certificate gets as far as a greeting: noise, silence, greetings in the clear, and handshakes that break off.</summary>
    private static async Task AttackEncryptedAsync(RealNode node, RealNode peer, Random random)
    {
        var attacks = new List<Task>();
        for (var i = 0; i < CallersOfAKind; i++)
        {
            var noise = new byte[random.Next(1, 4096)];
            random.NextBytes(noise);

            // A record of the handshake, as its header says, with nothing of the kind in it.
            byte[] record = [22, 3, 1, (byte)(noise.Length >> 8), (byte)noise.Length, .. noise];
            attacks.Add(SayAsync(node, noise, mustClose: false));
            attacks.Add(SayAsync(node, [], mustClose: true));
            attacks.Add(SayAsync(node, RawCaller.Hello(node.Cluster, peer.Number, node.Number), mustClose: true));
            attacks.Add(SayAsync(node, record, mustClose: true));
            attacks.Add(SayAsync(node, record[..random.Next(1, record.Length)], mustClose: false));
        }

        await Task.WhenAll(attacks);
    }

    /// <summary>Says something, or nothing, and waits to be shown out.</summary>
    private static async Task SayAsync(RealNode node, byte[] bytes, bool mustClose)
    {
        using var caller = await RawCaller.ConnectAsync(node.Address);
        await caller.SendAsync(bytes);
        if (mustClose)
        {
            await caller.ClosedAsync();
        }
    }

    private static async Task RefusedAsync(RealNode node, byte[] hello, int reason)
    {
        using var caller = await RawCaller.ConnectAsync(node.Address);
        Assert.That(await caller.GreetAsync(hello), Is.EqualTo(reason));
        await caller.ClosedAsync();
    }

    /// <summary>Greets as a member and sends what follows; then goes, or waits to be shown out.</summary>
    private static async Task PretendAsync(RealNode node, RealNode peer, byte[] frames, bool mustClose)
    {
        using var caller = await RawCaller.ConnectAsync(node.Address);
        var refusal = await caller.GreetAsync(RawCaller.Hello(node.Cluster, peer.Number, node.Number));
        if (refusal == Busy)
        {
            // The peer itself, or the caller before, is being wound up.
            return;
        }

        Assert.That(refusal, Is.Zero, "welcome as a member");

        await caller.SendAsync(frames);
        if (mustClose)
        {
            await caller.ClosedAsync();
        }
    }

    private static long ResidentBytes(RealNode node)
    {
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{node.ProcessId}/status")).Single(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
