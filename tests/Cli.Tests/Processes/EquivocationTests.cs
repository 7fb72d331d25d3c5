using System.Text.Json;
using Consensus.Cli.Tests.Processes.Harness;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Processes;

/// <summary>One of four real nodes is a liar: the others prove it to anybody, keep the proof, accuse nobody else, and go on.</summary>
[Parallelizable(ParallelScope.Self)]
[Platform("Linux,MacOsX", Reason = "Signals.")]
public sealed class EquivocationTests
{
    private const uint Liar = 4;

    [Test]
    [Category("Process")]
    public async Task A_node_that_votes_twice_is_proven_faulty_by_each_of_the_others_which_go_on_serving_and_keep_the_proof()
    {
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions
        {
            Algorithm = Algorithms.Pbft,
            Nodes = 4,
            Launcher = node => node == Liar ? AdversaryProgram.Launcher : [],
        });
        var honest = cluster.Nodes.Where(node => node.Number != Liar).ToList();

        // The liar's two votes are compared where both come before the others have decided: on a busy machine not each time.
        var writes = 0;
        foreach (var node in honest)
        {
            await AssertProvenAsync(cluster, node, await EvidenceAsync(node, found => found.Count > 0, () => honest[0].WriteAsync($"before-{++writes}", "1")));
        }

        // Service goes on, through each of them.
        foreach (var node in honest)
        {
            await node.WriteAsync($"through-{node.Number}", "2");
            Assert.That(await honest[0].ReadAsync($"through-{node.Number}"), Is.EqualTo("2"));
        }

        var before = await EvidenceAsync(honest[2], found => found.Values.Any(piece => piece.Stored));
        await honest[2].KillAsync();
        await honest[2].StartAsync();
        var stored = before.Where(piece => piece.Value.Stored).Select(piece => piece.Key).ToList();
        Assert.That(stored, Is.Not.Empty);
        var after = await EvidenceAsync(honest[2], _ => true);
        Assert.That(after.Keys, Is.SupersetOf(stored), "over a restart");
        foreach (var node in honest)
        {
            var found = await EvidenceAsync(node, _ => true);
            Assert.That(found.Values.Select(piece => piece.Culprit), Has.All.EqualTo(Liar), $"node {node.Number} accuses nobody else");
        }
    }

    /// <summary>Each piece of the list, by its digest; asked for until it is as it should be.</summary>
    private static Task<Dictionary<string, (uint Culprit, bool Stored)>> EvidenceAsync(
        RealNode node, Func<Dictionary<string, (uint Culprit, bool Stored)>, bool> isAsItShouldBe, Func<Task>? before = null) =>
        Poll.ForAsync($"node {node.Number} lists its evidence", async () =>
        {
            await (before?.Invoke() ?? Task.CompletedTask);
            var run = await ToolRun.OfAsync("evidence", "list", "--json", "--endpoint", $"{node.Endpoint}");
            if (run.ExitCode != ExitCode.Done)
            {
                return null;
            }

            using var list = JsonDocument.Parse(run.Output);
            var found = list.RootElement.GetProperty("items").EnumerateArray().ToDictionary(
                item => item.GetProperty("digest").GetString()!, item => (item.GetProperty("culprit").GetUInt32(), item.GetProperty("stored").GetBoolean()), StringComparer.Ordinal);
            return isAsItShouldBe(found) ? found : null;
        });

    private static async Task AssertProvenAsync(RealCluster cluster, RealNode node, Dictionary<string, (uint Culprit, bool Stored)> evidence)
    {
        using var http = new HttpClient();
        var file = Path.Combine(cluster.Folder, $"evidence-of-{node.Number}.json");
        await File.WriteAllBytesAsync(file, await http.GetByteArrayAsync(new Uri(node.Endpoint, $"v1/evidence/{evidence.Keys.First()}")));

        var verified = await ToolRun.OfAsync("evidence", "verify", file, "--config", cluster.Nodes[0].Config, "--json");

        Assert.That(verified.ExitCode, Is.EqualTo(ExitCode.Done), verified.Error + verified.Output);
        using var verdict = JsonDocument.Parse(verified.Output);
        Assert.That((verdict.RootElement.GetProperty("signer").GetUInt32(), verdict.RootElement.GetProperty("kind").GetString()), Is.EqualTo((Liar, "PbftPrepare")));
    }
}
