using Consensus.Cli.Tests.Processes.Harness;

namespace Consensus.Cli.Tests.Processes;

/// <summary>Real node processes, killed with SIGKILL: what was acknowledged must read back from every node.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
[Platform("Linux,MacOsX", Reason = "Signals.")]
public sealed class KillTests
{
    [TestCase(3, 30, Category = "Process")]
    [TestCase(3, 1000, Category = "ProcessSoak", Explicit = true, Reason = "Takes about a minute.")]
    [TestCase(5, 1000, Category = "ProcessSoak", Explicit = true, Reason = "Takes about a minute.")]
    public async Task Every_acknowledged_value_reads_back_from_every_node_after_each_was_killed(int nodes, int puts)
    {
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions { Nodes = nodes });
        var turn = puts / nodes;
        for (var i = 0; i < turn * nodes; i++)
        {
            // Each node in turn dies, and comes back a few writes later.
            var (node, place) = int.DivRem(i, turn);
            if (place == 0)
            {
                await cluster.Nodes[node].KillAsync();
            }
            else if (place == turn / 2)
            {
                await cluster.Nodes[node].StartAsync();
            }

            await PutAsync(cluster, i);
        }

        await VerifyAsync(cluster, turn * nodes);
    }

    [TestCase(30, Category = "Process")]
    [TestCase(1000, Category = "ProcessSoak", Explicit = true, Reason = "Takes about a minute.")]
    public async Task Every_acknowledged_value_reads_back_from_every_node_after_two_of_five_were_killed_at_a_time(int puts)
    {
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions { Nodes = 5 });
        int[][] pairs = [[0, 1], [2, 3], [4, 0]];
        for (var i = 0; i < puts; i++)
        {
            var place = i * pairs.Length % puts / pairs.Length;
            if (place == 0)
            {
                await KillTogetherAsync([.. pairs[i * pairs.Length / puts].Select(node => cluster.Nodes[node])]);
            }
            else if (place == puts / pairs.Length / 2)
            {
                await cluster.StartNodesAsync();
            }

            await PutAsync(cluster, i);
        }

        await VerifyAsync(cluster, puts);
    }

    [TestCase(1, Category = "Process")]
    [TestCase(15, Category = "ProcessSoak", Explicit = true, Reason = "Takes about a minute.")]
    public async Task Nothing_acknowledged_is_lost_and_nothing_done_twice_when_all_nodes_are_killed_at_once(int times)
    {
        using var cluster = await RealCluster.StartAsync();
        var load = WriteLoad.Start(cluster);
        for (var time = 0; time < times; time++)
        {
            await load.AdvanceAsync(50);
            await KillTogetherAsync(cluster.Nodes);
            await cluster.StartNodesAsync();
        }

        await load.AdvanceAsync(1);
        await load.StopAndVerifyAsync();
    }

    [Test]
    [Category("Process")]
    public async Task A_node_whose_last_batch_was_torn_starts_and_gets_back_what_it_lost()
    {
        const int Puts = 10;
        using var cluster = await RealCluster.StartAsync();
        var torn = cluster.Nodes[^1];
        for (var i = 0; i < Puts; i++)
        {
            await PutAsync(cluster, i);
        }

        Assert.That(await torn.ReadAsync(Key(Puts - 1)), Is.EqualTo(Value(Puts - 1)), "it has them all");

        // The others stand still meanwhile: nothing is added to its log before it is torn, or given back before it says what is left.
        RealNode[] others = [.. cluster.Nodes.Except([torn])];
        await Task.WhenAll(others.Select(node => node.PauseAsync()));
        var last = (await torn.Api.StatusAsync())!.Last;
        await torn.KillAsync();
        await LogFiles.TearAsync(torn.DataDirectory);
        var ready = await torn.StartAsync();
        await Task.WhenAll(others.Select(node => node.ResumeAsync()));

        // Nobody writes meanwhile: the group is quiet, and has to notice all the same.
        for (var i = 0; i < Puts; i++)
        {
            Assert.That(await torn.ReadAsync(Key(i)), Is.EqualTo(Value(i)), $"key {i}");
        }

        Assert.That(ready.LastIndex, Is.GreaterThan(0).And.LessThan(last), "some of its log is left, and not all");
    }

    private static string Key(int i) => $"key-{i}";

    private static string Value(int i) => $"value-{i}";

    /// <summary>One call of <c>kill</c> for all of them, so that none sees another one gone for long.</summary>
    private static async Task KillTogetherAsync(IReadOnlyCollection<RealNode> nodes)
    {
        await Signals.SendAsync("KILL", nodes.Select(node => node.ProcessId));
        foreach (var node in nodes)
        {
            await node.KillAsync();
        }
    }

    /// <summary>Writes through one node after the other until it is acknowledged.</summary>
    private static async Task PutAsync(RealCluster cluster, int i)
    {
        var attempt = i;
        await Poll.UntilAsync($"{Key(i)} is acknowledged", async () =>
            await cluster.Nodes[attempt++ % cluster.Nodes.Count].Api.PutAsync(Key(i), Value(i)) is { Problem: null });
    }

    private static async Task VerifyAsync(RealCluster cluster, int puts)
    {
        foreach (var isStale in new[] { false, true })
        {
            foreach (var node in cluster.Nodes)
            {
                for (var i = 0; i < puts; i++)
                {
                    Assert.That(await node.ReadAsync(Key(i), isStale), Is.EqualTo(Value(i)), $"key {i} on node {node.Number}, stale: {isStale}");
                }
            }

            await cluster.CaughtUpAsync();
        }
    }
}
