using Consensus.Replication.KeyValue;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Consensus.Hosting.Tests;

/// <summary>Four nodes that sign, in hosts of their own, as an application would run them.</summary>
[TestFixture("pbft")]
[TestFixture("hotstuff")]
[CancelAfter(120_000)]
public sealed class ByzantineClusterTests(string algorithm) : IDisposable
{
    private readonly SignedSettings _settings = new();

    public void Dispose() => _settings.Dispose();

    [Test]
    public async Task What_was_written_through_one_node_is_read_through_another_also_when_the_primary_is_gone(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);
        var primary = (await cluster[2].LeaderAsync(cancellationToken)).Value;
        var written = await cluster.Get<KeyValueStore>(2).PutAsync("before"u8.ToArray(), "1"u8.ToArray(), cancellationToken: cancellationToken);

        await cluster.StopNodeAsync(primary, cancellationToken);
        uint[] left = [.. cluster.Running];
        var later = await cluster.Get<KeyValueStore>(left[0]).PutAsync("after"u8.ToArray(), "2"u8.ToArray(), cancellationToken: cancellationToken);
        var before = await cluster.Get<KeyValueStore>(left[1]).GetAsync("before"u8.ToArray(), cancellationToken: cancellationToken);
        var after = await cluster.Get<KeyValueStore>(left[2]).GetAsync("after"u8.ToArray(), cancellationToken: cancellationToken);

        Assert.That((written.IsApplied, later.IsApplied), Is.EqualTo((true, true)), $"{written}, {later}");
        Assert.That((before.IsFound, after.IsFound), Is.EqualTo((true, true)), $"{before}, {after}");
        var status = cluster[left[0]].Status;
        Assert.That((status.Algorithm, status.Leader), Is.EqualTo((algorithm, cluster[left[1]].Status.Leader)));
        Assert.That(status.TermOrView, Is.Positive, "the view has changed");
    }

    [Test]
    public async Task Members_do_not_change_and_nobody_hands_over_and_a_primary_that_stops_does_not_complain(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);
        var primary = (await cluster[1].LeaderAsync(cancellationToken)).Value;

        var change = await cluster[1].ChangeMembershipAsync(MembershipChange.None.Remove(new NodeId(4)), cancellationToken);
        var transfer = await cluster[primary].TransferLeadershipAsync(new NodeId(2), cancellationToken);
        await cluster.StopNodeAsync(primary, cancellationToken);

        Assert.That((change.Refusal, transfer.Refusal), Is.EqualTo((RefusalReason.NotSupported, RefusalReason.NotSupported)));
        Assert.That((change.Detail, transfer.Detail), Is.Not.EqualTo(("", "")));
        Assert.That(cluster.Logged, Has.No.Member(111));
    }

    [Test]
    public void Without_a_library_for_signatures_it_is_said_how_to_install_one()
    {
        var services = new ServiceCollection();
        services.AddSingleton(new SignatureLibrary(() => throw new ConsensusException(ConsensusFailure.InvalidConfiguration, "Neither is there. Install one.")));
        services.AddConsensus(_settings.Of(1, algorithm).ToSection());
        using var provider = services.BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<ConsensusOptions>());
        Assert.That(exception.Failures, Is.EqualTo(["Consensus:SigningKeyFile cannot be used: Neither is there. Install one."]));
    }

    private async Task<Cluster> StartAsync(CancellationToken cancellationToken)
    {
        var cluster = new Cluster();
        for (uint node = 1; node <= SignedSettings.Nodes; node++)
        {
            await cluster.StartNodeAsync(node, _settings.Of(node, algorithm), cancellationToken: cancellationToken);
        }

        return cluster;
    }
}
