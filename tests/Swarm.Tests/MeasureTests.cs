using System.Diagnostics;
using System.Globalization;
using Consensus.Gossip;
using Consensus.Swarm.Tests.Network;

namespace Consensus.Swarm.Tests;

/// <summary>What the README's figures are from: run by hand, one at a time.</summary>
[Explicit("measures")]
internal sealed class MeasureTests
{
    [TestCase(20)]
    [TestCase(50)]
    [TestCase(100)]
    public async Task Measure(int count)
    {
        await using var swarm = new LoopbackSwarm();
        var clock = Stopwatch.StartNew();
        await swarm.StartAllAsync(count);
        Say($"{count} nodes know each other after {clock.ElapsedMilliseconds} ms");
        var heard = 0;
        foreach (var node in swarm.Nodes)
        {
            node.Handle("x", (_, _) =>
            {
                Interlocked.Increment(ref heard);
                return default;
            });
        }

        var times = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            heard = 0;
            clock.Restart();
            swarm[1 + (uint)i].Broadcast("x", new byte[100]);
            await LoopbackSwarm.UntilAsync(() => Volatile.Read(ref heard) == count - 1);
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        Say($"broadcast to all: {times[0]:F0}, {times[10]:F0}, {times[^1]:F0} ms");

        await Task.Delay(TimeSpan.FromSeconds(15));
        using var process = Process.GetCurrentProcess();
        var before = (Bytes: Sent(), Cpu: process.TotalProcessorTime, Allocated: GC.GetTotalAllocatedBytes(), Datagrams: swarm.Nodes.Sum(node => node.Counts[SwarmCount.DatagramsReceived]));
        clock.Restart();
        await Task.Delay(TimeSpan.FromSeconds(30));
        process.Refresh();
        var seconds = clock.Elapsed.TotalSeconds;
        var datagrams = swarm.Nodes.Sum(node => node.Counts[SwarmCount.DatagramsReceived]) - before.Datagrams;
        Say($"idle: {(Sent() - before.Bytes) / seconds / count:F1} B/s a node, {100 * (process.TotalProcessorTime - before.Cpu).TotalSeconds / seconds / count:F3} % of a core a node, {process.Threads.Count} threads, {(GC.GetTotalAllocatedBytes() - before.Allocated) / (double)datagrams:F0} B allocated a datagram, {datagrams} datagrams");

        var deaths = new List<double>();
        for (var victim = (uint)count; victim > count - 5; victim--)
        {
            clock.Restart();
            await swarm.KillAsync(victim);
            await LoopbackSwarm.UntilAsync(() => swarm.Nodes.All(node => node.LiveCount == swarm.Nodes.Count));
            deaths.Add(clock.Elapsed.TotalSeconds);
        }

        deaths.Sort();
        Say($"dead for all: {deaths[0]:F2}, {deaths[2]:F2}, {deaths[^1]:F2} s");
        var wrong = swarm.Nodes.SelectMany(node => node.Members).Where(member => member.State != SwarmMemberState.Alive && swarm.Nodes.Any(node => node.Id == member.Id)).ToArray();
        Assert.That(wrong, Is.Empty);

        long Sent() => swarm.Nodes.Sum(node => node.Counts[SwarmCount.DatagramBytesSent] + node.Counts[SwarmCount.FrameBytesSent]);
        static void Say(FormattableString line) => TestContext.Progress.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
