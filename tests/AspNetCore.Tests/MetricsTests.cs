using System.Text.Json.Nodes;
using Consensus.AspNetCore.Tests.Fakes;

namespace Consensus.AspNetCore.Tests;

public sealed class MetricsTests
{
    [Test]
    public async Task The_metrics_have_every_number_under_its_name()
    {
        var consensus = new ScriptedConsensus
        {
            Metrics = new ConsensusMetrics
            {
                Node = new NodeId(2),
                Uptime = TimeSpan.FromSeconds(90),
                ProposalsSubmitted = 100,
                ProposalsCommitted = 80,
                ProposalsRejected = 3,
                ProposalsRefused = 12,
                Refusals = new Dictionary<RefusalReason, long> { [RefusalReason.NoLeader] = 10, [RefusalReason.CommandTooLarge] = 2 },
                ProposalsUnknown = 5,
                ProposalsAbandoned = 2,
                ProposalsWaiting = 1,
                Window = TimeSpan.FromSeconds(60),
                LatencyMean = TimeSpan.FromMilliseconds(1.5),
                LatencyP50 = TimeSpan.FromMilliseconds(1.25),
                LatencyP99 = TimeSpan.FromMilliseconds(9),
                Throughput = 12.5,
                Elections = 4,
                Candidacies = 2,
                ViewChanges = 6,
                ByzantineFailures = 7,
                EpochsBegun = 19,
                SnapshotsTaken = 8,
                SnapshotsInstalled = 9,
                StateDivergences = 11,
                MessagesRejected = 13,
                MessagesDropped = 17,
            },
        };
        await using var host = await ApiHost.StartAsync(consensus);

        var answer = await host.SendAsync(HttpMethod.Get, "/v1/metrics");

        var expected = JsonNode.Parse(
            """
            {"node":2,"uptime_seconds":90,
             "proposals":{"submitted":100,"committed":80,"rejected":3,"refused":12,"refused_because":{"no_leader":10,"command_too_large":2},"unknown":5,"abandoned":2,"waiting":1},
             "window_seconds":60,"latency_ms":{"mean":1.5,"p50":1.25,"p99":9},"throughput_per_s":12.5,
             "elections":4,"candidacies":2,"view_changes":6,"byzantine_failures":7,"epochs_begun":19,"snapshots_taken":8,"snapshots_installed":9,"state_divergences":11,"messages_rejected":13,"messages_dropped":17}
            """);
        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(JsonNode.DeepEquals(answer.Document, expected), Is.True, answer.Text);
    }
}
