using System.Text.Json.Nodes;
using Consensus.Cli.Tests.Processes.Harness;

namespace Consensus.Cli.Tests.Processes;

/// <summary>A leader whose cable to the other nodes is pulled, while its clients still reach it.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
[Platform("Linux", Reason = "Network namespaces.")]
public sealed class NetworkCutTests
{
    private const int Nodes = 3;
    private const int PeerPort = 7000;
    private const int ClientPort = 8000;

    [TestCase("ReadIndex", 1, Category = "Process")]
    [TestCase("Lease", 1, Category = "Process")]
    [TestCase("ReadIndex", 10, Category = "ProcessSoak", Explicit = true, Reason = "Takes about a minute.")]
    [TestCase("Lease", 10, Category = "ProcessSoak", Explicit = true, Reason = "Takes about a minute.")]
    public async Task A_leader_that_is_cut_off_answers_nothing_stale_and_agrees_with_the_others_afterwards(string reads, int rounds)
    {
        using var networks = SeparateNetworks.Create(Nodes);
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions
        {
            Nodes = Nodes,
            Launcher = networks.Launcher,
            Configure = (node, section) =>
            {
                section["Members"] = new JsonArray([.. Enumerable.Range(1, Nodes).Select(id => new JsonObject
                {
                    ["Id"] = id,
                    ["Address"] = $"{SeparateNetworks.PeerHost((uint)id)}:{PeerPort}",
                })]);
                section["Http"] = new JsonObject { ["Listen"] = $"{networks.ClientHost(node)}:{ClientPort}" };
                section["Raft"] = new JsonObject { ["Reads"] = reads };
            },
        });
        for (var round = 0; round < rounds; round++)
        {
            var cut = await cluster.LeaderAsync();
            RealNode[] others = [.. cluster.Nodes.Except([cut])];
            await cut.WriteAsync("key", $"old-{round}");

            networks.Cut(cut.Number);
            var unacknowledged = cut.Api.PutAsync($"cut-{round}", "written where nobody else sees it");
            var successor = await cluster.LeaderAsync(others);
            await successor.WriteAsync("key", $"new-{round}");

            var read = await cut.Api.GetAsync("key");
            Assert.That(read, Is.Not.Null, "its clients still reach it");
            Assert.That(read!.Problem?.Code, Is.Not.Null.And.Not.Empty, "a linearizable read is refused, with a code");
            var write = await unacknowledged;
            Assert.That(write, Is.Not.Null);
            Assert.That(write!.Problem, Is.Not.Null, "a write is not acknowledged without a majority");
            Assert.That(await cut.ReadAsync("key", isStale: true), Is.EqualTo($"old-{round}"), "a stale read says what it had");
            Assert.That(await cut.Api.StatusAsync(), Has.Property(nameof(NodeStatus.IsLeader)).False, "it has noticed");

            networks.Heal(cut.Number);
            await cluster.LeaderAsync();
            await cluster.CaughtUpAsync();
            var expected = write.Problem!.MayHaveTakenEffect ? await successor.ReadAsync($"cut-{round}") : "nothing";
            foreach (var node in cluster.Nodes)
            {
                Assert.That(await node.ReadAsync("key", isStale: true), Is.EqualTo($"new-{round}"), $"node {node.Number}");
                Assert.That(await node.ReadAsync($"cut-{round}", isStale: true), Is.EqualTo(expected), $"node {node.Number}");
            }
        }
    }
}
