using Consensus.Replication.KeyValue;
using Consensus.Storage.Files;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Consensus.Hosting.Tests;

/// <summary>What a host does when its replica fails, or cannot start.</summary>
[TestFixture]
[CancelAfter(120_000)]
public sealed class FailureTests
{
    [Test]
    public async Task A_replica_that_fails_stops_its_host_with_an_exit_code(CancellationToken cancellationToken)
    {
        await using var cluster = new Cluster();
        var disk = await StartAloneAsync(cluster, "StopHost", cancellationToken);
        var stopping = cluster.Get<IHostApplicationLifetime>(1).ApplicationStopping;
        var stopped = new TaskCompletionSource();
        await using var registration = stopping.Register(stopped.SetResult);

        disk.Break();
        var failure = await Assert.ThrowsAsync<ConsensusException>(() => PutAsync(cluster, cancellationToken));
        await stopped.Task.WaitAsync(cancellationToken);

        Assert.That(failure.Reason, Is.EqualTo(ConsensusFailure.StorageFailed));
        Assert.That(((RecordedExitCode)cluster.Get<IExitCode>(1)).HasFailed, Is.True);
        Assert.That(cluster.Logged, Does.Contain(120).And.Contain(121));
    }

    [Test]
    public async Task A_host_that_keeps_running_says_that_it_is_not_live(CancellationToken cancellationToken)
    {
        await using var cluster = new Cluster();
        var disk = await StartAloneAsync(cluster, "KeepRunning", cancellationToken);

        disk.Break();
        await Assert.ThrowsAsync<ConsensusException>(() => PutAsync(cluster, cancellationToken));
        await cluster.UntilLoggedAsync(122, cancellationToken);
        var report = await cluster.Get<HealthCheckService>(1).CheckHealthAsync(cancellationToken);

        Assert.That(cluster.Get<IHostApplicationLifetime>(1).ApplicationStopping.IsCancellationRequested, Is.False);
        Assert.That(((RecordedExitCode)cluster.Get<IExitCode>(1)).HasFailed, Is.False);
        Assert.That(cluster[1].Status.Role, Is.EqualTo(ReplicaRole.Stopped));
        Assert.That(report.Entries["consensus-live"].Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(report.Entries["consensus-live"].Description, Does.StartWith("Node 1 has stopped. ").And.Contain("data/1"));
        Assert.That(report.Entries["consensus-ready"].Status, Is.EqualTo(HealthStatus.Unhealthy));
    }

    [Test]
    public async Task A_node_that_must_not_begin_anew_does_not_start_on_an_empty_folder(CancellationToken cancellationToken)
    {
        await using var cluster = new Cluster();

        var failure = await Assert.ThrowsAsync<ConsensusException>(() => cluster.StartNodeAsync(1, Alone().With("Initialize", "Never"), cancellationToken: cancellationToken));

        Assert.That(failure.Message, Does.StartWith("Consensus:DataDirectory is \"data/1\", where no data of node 1 is, and Consensus:Initialize is \"Never\"."));
    }

    [Test]
    public async Task A_folder_of_another_node_is_refused(CancellationToken cancellationToken)
    {
        await using var cluster = new Cluster();
        var disk = await StartAloneAsync(cluster, "StopHost", cancellationToken);
        await cluster.StopNodeAsync(1, cancellationToken);
        cluster.SetFiles(2, disk);

        var failure = await Assert.ThrowsAsync<ConsensusException>(
            () => cluster.StartNodeAsync(2, Cluster.Section(2).With("DataDirectory", "data/1"), cancellationToken: cancellationToken));

        Assert.That(failure.Reason, Is.EqualTo(ConsensusFailure.StorageForeign));
    }

    [Test]
    public async Task A_folder_in_use_is_refused_and_free_again_after_a_stop(CancellationToken cancellationToken)
    {
        await using var cluster = new Cluster();
        var disk = await StartAloneAsync(cluster, "StopHost", cancellationToken);
        using (var second = cluster.Host(1, disk, Alone()))
        {
            var failure = await Assert.ThrowsAsync<ConsensusException>(() => second.StartAsync(cancellationToken));
            Assert.That(failure.Reason, Is.EqualTo(ConsensusFailure.InvalidConfiguration), failure.Message);
        }

        await cluster.StopNodeAsync(1, cancellationToken);

        await cluster.StartNodeAsync(1, Alone(), cancellationToken: cancellationToken);
        await PutAsync(cluster, cancellationToken);
    }

    [Test]
    public async Task Operations_on_a_replica_that_could_not_start_say_why(CancellationToken cancellationToken)
    {
        await using var cluster = new Cluster();
        using var host = cluster.Host(1, new MemoryFileSystem(), Alone().With("Initialize", "Never"));
        var consensus = host.Services.GetRequiredService<IConsensus>();
        var early = consensus.ReadBarrierAsync(cancellationToken);

        await Assert.ThrowsAsync<ConsensusException>(() => host.StartAsync(cancellationToken));

        var failure = await Assert.ThrowsAsync<ConsensusException>(() => early.AsTask());
        Assert.That(failure.Message, Does.Contain("Consensus:Initialize"));
        Assert.That(consensus.Status.Role, Is.EqualTo(ReplicaRole.Stopped));
    }

    private static System.Text.Json.Nodes.JsonObject Alone() =>
        Cluster.Section(1).With("Members", new System.Text.Json.Nodes.JsonArray(Settings.Member(1)));

    private static async Task<BreakableFileSystem> StartAloneAsync(Cluster cluster, string reaction, CancellationToken cancellationToken)
    {
        var disk = new BreakableFileSystem();
        cluster.SetFiles(1, disk);
        await cluster.StartNodeAsync(1, Alone().With("OnReplicaFailure", reaction), cancellationToken: cancellationToken);
        await cluster[1].LeaderAsync(cancellationToken);
        await PutAsync(cluster, cancellationToken);
        return disk;
    }

    private static async Task PutAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        await cluster[1].LeaderAsync(cancellationToken);
        var put = await cluster.Get<KeyValueStore>(1).PutAsync("key"u8.ToArray(), "value"u8.ToArray(), cancellationToken: cancellationToken);
        Assert.That(put.IsApplied, Is.True, $"{put}");
    }
}
