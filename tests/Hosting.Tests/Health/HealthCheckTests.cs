using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consensus.Hosting.Tests;

[TestFixture]
public sealed class HealthCheckTests
{
    private static readonly ConsensusStatus Ready = FixedConsensus.Leaderless with { Leader = new NodeId(2) };

    private static readonly ConsensusStatus Removed = Ready with
    {
        Role = ReplicaRole.Learner,
        Leader = NodeId.None,
        Membership = new ClusterMembership([new Member(new NodeId(2), "b:2")], []),
    };

    private static IEnumerable<TestCaseData> Cases =>
    [
        Case(Ready, HealthStatus.Healthy, HealthStatus.Healthy, "all is well"),
        Case(Ready with { Leader = NodeId.None }, HealthStatus.Healthy, HealthStatus.Unhealthy, "no leader"),
        Case(Removed, HealthStatus.Healthy, HealthStatus.Unhealthy, "removed"),
        Case(Ready with { AppliedIndex = new LogIndex(9) }, HealthStatus.Healthy, HealthStatus.Unhealthy, "not all applied"),
        Case(Ready with { AcceptsWrites = false }, HealthStatus.Healthy, HealthStatus.Degraded, "disk full"),
        Case(Ready with { Stalled = TimeSpan.FromSeconds(2) }, HealthStatus.Healthy, HealthStatus.Healthy, "a short stall"),
        Case(Ready with { Stalled = TimeSpan.FromSeconds(3) }, HealthStatus.Healthy, HealthStatus.Degraded, "a stall"),
        Case(Ready with { Role = ReplicaRole.Stopped }, HealthStatus.Unhealthy, HealthStatus.Unhealthy, "stopped"),
        Case(Ready with { Role = ReplicaRole.Learner }, HealthStatus.Healthy, HealthStatus.Healthy, "a learner"),
    ];

    [TestCaseSource(nameof(Cases))]
    public async Task Health_follows_the_status(ConsensusStatus status, HealthStatus live, HealthStatus ready)
    {
        var report = await Service(new FixedConsensus { Status = status }).CheckHealthAsync();

        Assert.That(report.Entries["consensus-live"].Status, Is.EqualTo(live));
        Assert.That(report.Entries["consensus-ready"].Status, Is.EqualTo(ready));
    }

    [Test]
    public async Task A_node_is_ready_while_commits_go_on_if_it_has_applied_those_of_the_last_check()
    {
        var consensus = new FixedConsensus { Status = Ready };
        var service = Service(consensus);
        await service.CheckHealthAsync();

        consensus.Status = Ready with { CommitIndex = new LogIndex(20), AppliedIndex = new LogIndex(12) };
        var busy = await service.CheckHealthAsync();
        consensus.Status = Ready with { CommitIndex = new LogIndex(30), AppliedIndex = new LogIndex(12) };
        var stuck = await service.CheckHealthAsync();

        Assert.That(busy.Entries["consensus-ready"].Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That(stuck.Entries["consensus-ready"].Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(stuck.Entries["consensus-ready"].Description, Is.EqualTo("Node 1 has applied 12 of 20 entries that it knows to be committed."));
    }

    [Test]
    public void One_that_was_removed_is_told_from_one_that_waits_for_a_leader()
    {
        Assert.That(new ReplicaReadiness().Judge(Removed).Detail, Is.EqualTo("Node 1 knows no leader, and is not among the members that it knows: it was removed, or not added yet."));
        Assert.That(new ReplicaReadiness().Judge(Ready with { Leader = NodeId.None }).Detail, Is.EqualTo("Node 1 knows no leader."));
    }

    [Test]
    public void Checks_of_a_named_group_have_its_name_and_tags()
    {
        var services = new ServiceCollection();
        services.AddConsensus("orders", Settings.Valid().ToSection()).AddHealthChecks();
        using var provider = services.BuildServiceProvider();

        var registrations = provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<HealthCheckServiceOptions>>().Value.Registrations;

        Assert.That(registrations.Select(check => (check.Name, check.Tags.Single())), Is.EqualTo([("consensus-orders-live", "live"), ("consensus-orders-ready", "ready")]));
    }

    private static TestCaseData Case(ConsensusStatus status, HealthStatus live, HealthStatus ready, string name) =>
        new TestCaseData(status, live, ready).SetArgDisplayNames(name);

    private static HealthCheckService Service(IConsensus consensus)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddKeyedSingleton("", consensus);
        services.AddHealthChecks().AddConsensusHealthChecks();
        return services.BuildServiceProvider().GetRequiredService<HealthCheckService>();
    }
}
