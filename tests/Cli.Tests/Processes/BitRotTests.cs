using System.Text;
using System.Text.Json.Nodes;
using Consensus.Cli.Tests.Processes.Harness;

namespace Consensus.Cli.Tests.Processes;

/// <summary>A disk that changes what was written: the node refuses to start, says where and what to do, and doing that helps.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
[Category("Process")]
[Platform("Linux,MacOsX", Reason = "Signals.")]
public sealed class BitRotTests
{
    private const int Puts = 60;
    private const int LongValue = 4 * 1024;

    [Test]
    public async Task A_log_that_rotted_in_the_middle_is_refused_and_a_new_node_takes_its_place()
    {
        using var cluster = await RealCluster.StartAsync();
        await PutAsync(cluster);
        var rotten = cluster.Nodes[1];
        Assert.That(await rotten.ReadAsync(Key(Puts - 1)), Is.EqualTo(Value(Puts - 1)), "it has them all");
        Assert.That(await rotten.StopAsync(), Is.EqualTo(ExitCode.Done));
        var (path, offset) = await LogFiles.RotLogAsync(rotten.DataDirectory, Encoding.UTF8.GetBytes(Value(Puts / 2)));

        var refusal = await RefusedAsync(rotten);

        Assert.That(refusal, Does.Contain($"exit code {ExitCode.Failed} "));
        Assert.That(refusal, Does.Match($@"{path}, offset (?<offset>\d+): damage in the middle"));
        var told = long.Parse(System.Text.RegularExpressions.Regex.Match(refusal, @", offset (\d+):").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(told, Is.InRange(offset - 512, offset), "where the batch with the damage begins, or its record");
        Assert.That(refusal, Does.Contain("remove the replica from the group and add it again with a new id and an empty folder"));
        await ReplaceAsync(cluster, rotten);
    }

    [Test]
    public async Task A_rotten_snapshot_that_the_log_rests_on_is_refused_and_a_new_node_takes_its_place()
    {
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions
        {
            // The log goes on from the newest snapshot alone.
            Configure = (_, section) =>
            {
                section["Storage"] = new JsonObject { ["SegmentBytes"] = 128 * 1024 };
                section["Replica"] = new JsonObject { ["CommandBytesMax"] = 2 * LongValue };
                section["Http"]!["BodyBytesMax"] = 2 * LongValue;
                section["Snapshots"] = new JsonObject { ["EntriesBetween"] = 20, ["Retained"] = 1 };
                section["Raft"] = new JsonObject
                {
                    ["TrailingEntries"] = 0,
                    ["AppendBytesMax"] = 2 * LongValue,
                    ["InflightBytesMax"] = 4 * LongValue,
                    ["UncommittedBytesMax"] = 4 * LongValue,
                };
            },
        });
        await PutAsync(cluster);
        var rotten = cluster.Nodes[1];
        await Poll.UntilAsync("it has a snapshot", async () => await rotten.Api.StatusAsync() is { Snapshot: > 0 });
        Assert.That(await rotten.StopAsync(), Is.EqualTo(ExitCode.Done));
        var path = await LogFiles.RotSnapshotAsync(rotten.DataDirectory);

        var refusal = await RefusedAsync(rotten);

        Assert.That(refusal, Does.Contain($"exit code {ExitCode.Failed} "));
        Assert.That(refusal, Does.Contain($"The snapshot {path}").And.Contain("is damaged"));
        Assert.That(refusal, Does.Contain("remove this replica from the group and add a new one, with a new node id and an empty folder"));
        await ReplaceAsync(cluster, rotten);
    }

    [Test]
    public async Task A_rotten_snapshot_is_no_harm_while_the_log_has_everything()
    {
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions
        {
            Configure = (_, section) => section["Snapshots"] = new JsonObject { ["EntriesBetween"] = 20 },
        });
        await PutAsync(cluster);
        var rotten = cluster.Nodes[1];
        await Poll.UntilAsync("it has a snapshot", async () => await rotten.Api.StatusAsync() is { Snapshot: > 0 });
        Assert.That(await rotten.StopAsync(), Is.EqualTo(ExitCode.Done));
        await LogFiles.RotSnapshotAsync(rotten.DataDirectory);

        await rotten.StartAsync();

        await cluster.CaughtUpAsync();
        await VerifyAsync(rotten);
    }

    private static string Key(int i) => $"key-{i}";

    private static string Value(int i) => $"<value {i} of the test>".PadRight(LongValue, '.');

    private static async Task PutAsync(RealCluster cluster)
    {
        var leader = await cluster.LeaderAsync();
        for (var i = 0; i < Puts; i++)
        {
            await leader.WriteAsync(Key(i), Value(i));
        }

        await cluster.CaughtUpAsync();
    }

    private static async Task<string> RefusedAsync(RealNode node) =>
        (await Assert.ThrowsAsync<CommandFailedException>(node.StartAsync))!.Message;

    /// <summary>What the refusal says to do.</summary>
    private static async Task ReplaceAsync(RealCluster cluster, RealNode rotten)
    {
        var member = cluster.Nodes[0];
        await Poll.UntilAsync("the node is removed", async () => await member.Api.RemoveMemberAsync(rotten.Number) is { Problem: null });
        var joining = cluster.AddJoining();
        cluster.Remove(rotten);
        await joining.StartAsync();
        await Poll.UntilAsync("the new node is added", async () =>
            await member.Api.PostAsync("v1/members", new { id = joining.Number, address = $"{joining.Address}" }) is { Problem: null });
        await cluster.CaughtUpAsync();
        await VerifyAsync(joining);
    }

    private static async Task VerifyAsync(RealNode node)
    {
        for (var i = 0; i < Puts; i++)
        {
            Assert.That(await node.ReadAsync(Key(i), isStale: true), Is.EqualTo(Value(i)), Key(i));
        }
    }
}
