using Consensus.Engine.Tests.Hosting;
using Consensus.Engine.Tests.Lanes;

namespace Consensus.Engine.Tests.Metrics;

/// <summary>What a whole replica counts, in virtual time.</summary>
public sealed class CountedReplicaTests
{
    [Test]
    public void Every_proposal_of_a_caller_is_counted_before_the_caller_knows_its_end()
    {
        var lanes = new VirtualLanes();
        var replica = Start(lanes, new ReplicaOptions { CommandBytesMax = 4 });

        var applied = replica.ProposeAsync(new byte[] { 1 });
        var waiting = replica.GetMetrics();
        lanes.RunUntil(() => applied.IsCompleted);
        var session = replica.OpenSessionAsync();
        lanes.RunUntil(() => session.IsCompleted);
        var tooLarge = replica.ProposeAsync(new byte[5]);
        var metrics = replica.GetMetrics();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(tooLarge.IsCompleted, Is.True);
            Assert.That((waiting.ProposalsSubmitted, waiting.ProposalsWaiting, waiting.ProposalsCommitted), Is.EqualTo((1, 1, 0)));
            Assert.That((metrics.ProposalsSubmitted, metrics.ProposalsWaiting, metrics.ProposalsCommitted), Is.EqualTo((3, 0, 2)));
            Assert.That(metrics.Refusals[RefusalReason.CommandTooLarge], Is.EqualTo(1));
            Assert.That(metrics.LatencyMean, Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(metrics.Uptime));
            Assert.That(metrics.LatencyP50, Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(metrics.LatencyP99));
            Assert.That(metrics.Throughput, Is.GreaterThan(0));
        }
    }

    [Test]
    public async Task A_caller_that_has_gone_away_is_neither_refused_nor_unknown()
    {
        var lanes = new VirtualLanes();
        var replica = Start(lanes, new ReplicaOptions(), commits: false);
        using var gone = new CancellationTokenSource();

        var command = replica.ProposeAsync(new byte[] { 1 }, cancellationToken: gone.Token);
        lanes.Run(TimeSpan.FromSeconds(1));
        await gone.CancelAsync();
        lanes.Run(TimeSpan.FromSeconds(10));
        var metrics = replica.GetMetrics();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(command.IsCanceled, Is.True);
            Assert.That(metrics.ProposalsAbandoned, Is.EqualTo(1));
            Assert.That((metrics.ProposalsWaiting, metrics.ProposalsRefused, metrics.ProposalsUnknown), Is.EqualTo((0, 0, 0)));
        }
    }

    [Test]
    public void The_same_seed_gives_the_same_numbers([Range(1, 3)] int seed)
    {
        var first = Run((ulong)seed);
        var second = Run((ulong)seed);

        Assert.That(second with { Refusals = first.Refusals }, Is.EqualTo(first), $"seed {seed}");
        Assert.That(first.LatencyP99, Is.GreaterThan(TimeSpan.Zero));

        static ConsensusMetrics Run(ulong seed)
        {
            var lanes = new VirtualLanes(seed);
            var replica = Start(lanes, new ReplicaOptions());
            for (byte i = 0; i < 50; i++)
            {
                var command = replica.ProposeAsync(new[] { i });
                lanes.RunUntil(() => command.IsCompleted);
            }

            return replica.GetMetrics();
        }
    }

    private static Replica Start(VirtualLanes lanes, ReplicaOptions options, bool commits = true)
    {
        var bench = new ReplicaBench { Lanes = lanes, Time = lanes, Options = options };
        bench.Engine.Commits = commits;
        var start = bench.StartAsync().AsTask();
        Assert.That(start.IsCompletedSuccessfully, Is.True);
        return start.Result;
    }
}
