using Consensus.Cli.Tests.Processes.Harness;

namespace Consensus.Cli.Tests.Processes;

/// <summary>A leader that stands still and goes on later, as a machine does that is swapping, being migrated or suspended.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
[Platform("Linux,MacOsX", Reason = "Signals.")]
public sealed class PauseTests
{
    private const int Keys = 10;

    [TestCase("ReadIndex", 2, Category = "Process")]
    [TestCase("Lease", 2, Category = "Process")]
    [TestCase("ReadIndex", 20, Category = "ProcessSoak", Explicit = true, Reason = "Takes about half a minute.")]
    [TestCase("Lease", 20, Category = "ProcessSoak", Explicit = true, Reason = "Takes about half a minute.")]
    public async Task A_paused_leader_is_replaced_and_follows_when_it_wakes_without_a_stale_read(string reads, int rounds)
    {
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions
        {
            Configure = (_, section) => section["Raft"] = new System.Text.Json.Nodes.JsonObject { ["Reads"] = reads },
        });
        for (var round = 0; round < rounds; round++)
        {
            var paused = await cluster.LeaderAsync();
            await WriteAsync(paused, $"old-{round}");
            await paused.PauseAsync();

            RealNode[] others = [.. cluster.Nodes.Except([paused])];
            var successor = await cluster.LeaderAsync(others);
            await WriteAsync(successor, $"new-{round}");

            // The system takes these connections for it: they are the first it sees when it wakes, still believing that it leads.
            var answers = Enumerable.Range(0, Keys * 3).Select(async i => (Key: Key(i % Keys), Answer: await paused.Api.GetAsync(Key(i % Keys)))).ToList();
            var late = paused.Api.PutAsync("late", $"late-{round}");
            await paused.ResumeAsync();

            foreach (var (key, answer) in await Task.WhenAll(answers))
            {
                // A refusal is as good as the newest value.
                if (answer is { Problem: null })
                {
                    Assert.That(System.Text.Encoding.UTF8.GetString(answer.Body), Is.EqualTo($"new-{round}"), $"linearizable read of {key} in round {round}");
                }
            }

            if (await late is { Problem: null })
            {
                Assert.That(await successor.ReadAsync("late"), Is.EqualTo($"late-{round}"), "acknowledged by the node that was paused");
            }

            await cluster.LeaderAsync();
            await cluster.CaughtUpAsync();
            foreach (var node in cluster.Nodes)
            {
                for (var i = 0; i < Keys; i++)
                {
                    Assert.That(await node.ReadAsync(Key(i), isStale: true), Is.EqualTo($"new-{round}"), $"{Key(i)} on node {node.Number}");
                }
            }
        }
    }

    private static string Key(int i) => $"key-{i}";

    private static async Task WriteAsync(RealNode node, string value) =>
        await Task.WhenAll(Enumerable.Range(0, Keys).Select(i => node.WriteAsync(Key(i), value)));
}
