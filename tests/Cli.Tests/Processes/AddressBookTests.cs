using System.Text.Json.Nodes;
using Consensus.Cli.Tests.Processes.Harness;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Processes;

/// <summary>Nodes whose addresses in the membership lead nowhere from where they are, as behind a NAT: each has an address book of its own.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
[Category("Process")]
public sealed class AddressBookTests
{
    [Test]
    public async Task Nodes_find_each_other_by_their_books_and_pass_over_the_end_point_of_another_node()
    {
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions
        {
            Configure = (node, section) =>
            {
                var real = section["Members"]!.AsArray().ToDictionary(member => (uint)member!["Id"]!, member => (string)member!["Address"]!);
                section["Transport"]!["Listen"] = real[node];
                foreach (var member in section["Members"]!.AsArray())
                {
                    member!["Address"] = $"outside-{member["Id"]}.invalid:7000";
                }

                // Node 1 looks for node 2 where node 1 itself listens, first: an address that was not brought up to date.
                section["Transport"]!["AddressBook"] = new JsonObject(real.Where(peer => peer.Key != node).Select(peer => KeyValuePair.Create(
                    $"{peer.Key}", (JsonNode?)new JsonArray([.. (string[])(peer.Key == 2 && node == 1 ? [real[1], real[2]] : [real[peer.Key]])]))));
            },
        });
        var leader = await cluster.LeaderAsync();
        await leader.WriteAsync("key", "value");

        foreach (var node in cluster.Nodes)
        {
            Assert.That(await node.ReadAsync("key"), Is.EqualTo("value"));
            JsonArray peers = [];
            await Poll.UntilAsync($"node {node.Number} is connected with all others, in both directions", async () =>
            {
                var shown = await ToolRun.OfAsync("peers", "--json", "--endpoint", $"{node.Endpoint}");
                peers = JsonNode.Parse(shown.Output)!["peers"]!.AsArray();
                return peers.All(peer => (bool)peer!["outgoing"]!["connected"]! && (bool)peer["incoming"]!["connected"]! && peer["last_heard"] is not null);
            });

            var others = cluster.Nodes.Where(other => other != node).Select(other =>
                (other.Number, $"outside-{other.Number}.invalid:7000", "address_book", $"{other.Address}"));
            Assert.That(
                peers.Select(peer => ((uint)peer!["id"]!, (string)peer["address"]!, (string)peer["source"]!, (string)peer["outgoing"]!["end_point"]!)),
                Is.EqualTo(others));
        }
    }
}
