using System.Text;
using System.Text.Json.Nodes;
using Consensus.Cli.Tests.Processes.Harness;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Processes;

/// <summary>Nodes whose disk is full: the group goes on if it can, says so if it cannot, and recovers when there is space again.</summary>
[TestFixture]
[NonParallelizable]
[Category("Process")]
[Platform("Linux", Reason = "Mounts small file systems.")]
public sealed class FullDiskTests
{
    private const int Megabytes = 16;
    private const int SegmentBytes = 512 * 1024;
    private const int ValueBytes = 32 * 1024;

    private readonly Dictionary<string, string> _acknowledged = new(StringComparer.Ordinal);
    private TestFolder _folder = null!;
    private SmallDisk[] _disks = [];
    private RealCluster _cluster = null!;

    [SetUp]
    public async Task Start()
    {
        _acknowledged.Clear();
        _folder = new TestFolder();
        var mounted = new List<SmallDisk>();
        try
        {
            for (var node = 1; node <= 3; node++)
            {
                mounted.Add(SmallDisk.Mount(_folder.File($"disk-{node}"), Megabytes));
            }
        }
        finally
        {
            _disks = [.. mounted];
        }

        _cluster = await RealCluster.StartAsync(new RealClusterOptions
        {
            Configure = (node, section) =>
            {
                section["DataDirectory"] = Path.Combine(_disks[node - 1].Path, "data");
                section["Storage"] = new JsonObject { ["SegmentBytes"] = SegmentBytes };

                // What may be under way fits into such a segment.
                section["Replica"] = new JsonObject { ["CommandBytesMax"] = 2 * ValueBytes };
                section["Raft"] = new JsonObject { ["AppendBytesMax"] = 2 * ValueBytes, ["InflightBytesMax"] = 4 * ValueBytes, ["UncommittedBytesMax"] = 4 * ValueBytes };
                section["Http"]!["BodyBytesMax"] = 2 * ValueBytes;
            },
        });
    }

    /// <summary>Also after a set-up that failed or was skipped.</summary>
    [TearDown]
    public void Stop()
    {
        _cluster?.Dispose();
        foreach (var disk in _disks)
        {
            disk.Dispose();
        }

        _disks = [];
        _folder.Dispose();
    }

    [Test]
    public async Task A_follower_with_a_full_disk_stops_nobody_and_catches_up_when_there_is_space()
    {
        var leader = await _cluster.LeaderAsync();
        var full = _cluster.Nodes.First(node => node != leader);
        var disk = _disks[full.Number - 1];
        await UntilFullAsync([full], [disk], leader);

        for (var i = 0; i < 20; i++)
        {
            await PutAcknowledgedAsync(leader, $"while-full-{i}");
        }

        await VerifyReadsGoOnAsync();
        await VerifySaysThatItIsFullAsync(full);
        Assert.That(await full.ReadAsync("before", isStale: true), Is.EqualTo(_acknowledged["before"]), "what it had");
        disk.Free();
        await Poll.UntilAsync("the follower takes writes again", async () => await full.Api.StatusAsync() is { AcceptsWrites: true });
        await _cluster.CaughtUpAsync();
        await VerifyEverywhereAsync();
    }

    [Test]
    public async Task A_leader_with_a_full_disk_hands_over_writes_are_taken_again_and_reads_go_on()
    {
        var leader = await _cluster.LeaderAsync();
        await UntilFullAsync([leader], [_disks[leader.Number - 1]], leader);

        // Not through the full one: it refuses them, for it could not tell how they ended.
        RealNode[] others = [.. _cluster.Nodes.Except([leader])];
        for (var i = 0; i < 8; i++)
        {
            await PutAcknowledgedAsync(others[i % 2], $"while-full-{i}");
        }

        Assert.That(await leader.Api.StatusAsync(), Is.Not.Null.With.Property("IsLeader").False, "another leads");
        await VerifyReadsGoOnAsync();
        await VerifySaysThatItIsFullAsync(leader);
        _disks[leader.Number - 1].Free();
        await Poll.UntilAsync("the former leader takes writes again", async () => await leader.Api.StatusAsync() is { AcceptsWrites: true });
        await _cluster.CaughtUpAsync();
        await VerifyEverywhereAsync();
    }

    [Test]
    public async Task A_group_whose_disks_are_all_full_refuses_writes_with_a_reason_reads_go_on_and_it_recovers()
    {
        var leader = await _cluster.LeaderAsync();
        await UntilFullAsync([.. _cluster.Nodes], _disks, leader);

        var refusals = new List<ApiProblem>();
        for (var i = 0; i < 20; i++)
        {
            if (await TryPutAsync(leader, $"while-full-{i}") is { } problem)
            {
                refusals.Add(problem);
            }
        }

        Assert.That(refusals, Has.All.Property(nameof(ApiProblem.Code)).Not.Empty, "each refusal has a code");
        Assert.That(refusals.Where(problem => problem.Code == "storage-full"), Has.All.Property(nameof(ApiProblem.MayHaveTakenEffect)).False);
        Assert.That(refusals.Select(problem => problem.Code), Has.Some.EqualTo("storage-full"));
        await VerifyReadsGoOnAsync();
        Array.ForEach(_disks, disk => disk.Free());
        foreach (var node in _cluster.Nodes)
        {
            await PutAcknowledgedAsync(node, $"after-{node.Number}");
        }

        await _cluster.CaughtUpAsync();
        await VerifyEverywhereAsync();
    }

    /// <summary>Fills disks, and writes through the leader until their nodes have noticed.</summary>
    private async Task UntilFullAsync(RealNode[] nodes, SmallDisk[] disks, RealNode leader)
    {
        var i = 0;
        await PutAcknowledgedAsync(leader, "before");
        Array.ForEach(disks, disk => disk.Fill());
        await Poll.UntilAsync("the nodes know that their disks are full", async () =>
        {
            await TryPutAsync(leader, $"filling-{i++}");
            Array.ForEach(disks, disk => disk.Fill());
            var statuses = await Task.WhenAll(nodes.Select(node => node.Api.StatusAsync()));
            return statuses.All(status => status is { AcceptsWrites: false });
        });
    }

    /// <summary>Writes until it is acknowledged.</summary>
    private Task PutAcknowledgedAsync(RealNode node, string key) =>
        Poll.UntilAsync($"{key} is acknowledged by node {node.Number}", async () => await TryPutAsync(node, key) is null);

    /// <summary>Writes, and notes what was acknowledged.</summary>
    /// <returns>What is wrong, if something is.</returns>
    private async Task<ApiProblem?> TryPutAsync(RealNode node, string key)
    {
        var value = key.PadRight(ValueBytes, '.');
        var answer = await node.Api.PutAsync(key, value);
        Assert.That(answer, Is.Not.Null, $"node {node.Number} answers, whatever it says");
        if (answer is { Problem: null })
        {
            _acknowledged[key] = value;
        }

        return answer!.Problem;
    }

    /// <summary>A node that cannot take what was written since refuses writes and linearizable reads, and says why and that nothing happened.</summary>
    private async Task VerifySaysThatItIsFullAsync(RealNode node)
    {
        var refused = await TryPutAsync(node, "refused");
        var read = await node.Api.GetAsync("before");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused?.Code, refused?.MayHaveTakenEffect), Is.EqualTo(("storage-full", false)), "a write");
            Assert.That(read?.Problem?.Code, Is.EqualTo("storage-full"), "a read");
        }
    }

    /// <summary>
    /// Some node answers each linearizable read. A node that cannot take what was written since cannot answer for itself; it says so, or
    /// tells the truth.
    /// </summary>
    private async Task VerifyReadsGoOnAsync()
    {
        // Whoever could not answer is asked last from then on.
        var asked = new LinkedList<RealNode>(_cluster.Nodes);
        foreach (var (key, value) in _acknowledged)
        {
            await Poll.UntilAsync($"some node reads {key}", async () =>
            {
                var node = asked.First!.Value;
                var answer = await node.Api.GetAsync(key);
                Assert.That(answer, Is.Not.Null, $"node {node.Number} answers, whatever it says");
                Assert.That(answer!.Problem is null ? Encoding.UTF8.GetString(answer.Body) : value, Is.EqualTo(value), $"{key} on node {node.Number}");
                Assert.That(answer.Problem?.Code, Is.Not.Empty, "a refusal has a code");
                if (answer.Problem is not null)
                {
                    asked.RemoveFirst();
                    asked.AddLast(node);
                }

                return answer.Problem is null;
            });
        }
    }

    private async Task VerifyEverywhereAsync()
    {
        foreach (var node in _cluster.Nodes)
        {
            foreach (var (key, value) in _acknowledged)
            {
                Assert.That(await node.ReadAsync(key, isStale: true), Is.EqualTo(value), $"{key} on node {node.Number}");
            }
        }
    }
}
