using Consensus.Cli.Tests.Processes.Harness;

namespace Consensus.Cli.Tests.Processes;

/// <summary>What an upgrade does: each node in turn is told to stop, and started again, while clients write.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
[Platform("Linux,MacOsX", Reason = "Signals.")]
public sealed class RollingRestartTests
{
    [TestCase(1, Category = "Process")]
    [TestCase(10, Category = "ProcessSoak", Explicit = true, Reason = "Takes about a minute.")]
    public async Task Nothing_is_lost_and_nothing_done_twice_while_each_node_in_turn_is_restarted(int rounds)
    {
        using var cluster = await RealCluster.StartAsync();
        var load = WriteLoad.Start(cluster);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var node in cluster.Nodes)
            {
                await load.AdvanceAsync(20);
                Assert.That(await node.StopAsync(), Is.EqualTo(ExitCode.Done), $"exit code of node {node.Number}");
                await load.AdvanceAsync(20);
                await node.StartAsync();

                // As the runbook of any such group asks: the next one only when this one is back.
                await cluster.LeaderAsync();
            }
        }

        await load.StopAndVerifyAsync();
    }
}
