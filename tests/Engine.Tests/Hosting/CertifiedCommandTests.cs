using static Consensus.Engine.Tests.Hosting.ReplicaBench;

namespace Consensus.Engine.Tests.Hosting;

/// <summary>Callers of a replica who wait until their command would survive members that lie.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CertifiedCommandTests
{
    private static readonly ProposeOptions Certified = new(WaitFor: CommitLevel.Certified);

    private readonly ReplicaBench _bench = new();
    private readonly SoloEngine _engine = new() { Guarantees = ConsensusGuarantees.TotalOrder | ConsensusGuarantees.Certifying };

    // The loop takes a turn, in which the core certifies all that there is.
    public CertifiedCommandTests() => _engine.OnStep = (input, _) =>
    {
        _engine.Certified = input is ReadRequested ? new LogIndex(1000) : _engine.Certified;
        return false;
    };

    [Test]
    public async Task What_the_engine_cannot_certify_is_refused_and_never_proposed()
    {
        await using var replica = await _bench.StartAsync();

        var refused = await replica.ProposeAsync(new byte[] { 1 }, Certified).AsTask().WaitAsync(Hang);
        var next = await replica.ProposeAsync(new byte[] { 2 }).AsTask().WaitAsync(Hang);

        Assert.That(refused, Is.EqualTo(ProposeResult.Refused(RefusalReason.NotSupported)));
        Assert.That(next.Index, Is.EqualTo(new LogIndex(2)), "behind the session and nothing else");
    }

    [Test]
    public async Task A_caller_waits_until_its_command_is_certified_and_others_do_not()
    {
        await using var replica = await _bench.StartAsync(_engine);
        var certified = replica.ProposeAsync(new byte[] { 1 }, Certified).AsTask();

        // It is applied after the one that waits, whose commit is known then.
        var committed = await replica.ProposeAsync(new byte[] { 2 }).AsTask().WaitAsync(Hang);
        Assert.That((committed.IsApplied, certified.IsCompleted), Is.EqualTo((true, false)));

        await replica.ReadBarrierAsync().AsTask().WaitAsync(Hang);
        var result = await certified.WaitAsync(Hang);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((result.IsApplied, result.Result.ToArray()), Is.EqualTo((true, new byte[] { 1 })));
            Assert.That(result.Index, Is.LessThan(committed.Index));
            Assert.That(replica.Status.CertifiedIndex, Is.EqualTo(new LogIndex(1000)));
        }
    }

    [Test]
    public async Task Who_waits_for_a_certificate_when_the_replica_stops_is_told_that_it_was_stopped()
    {
        var replica = await _bench.StartAsync(_engine);
        var certified = replica.ProposeAsync(new byte[] { 1 }, Certified).AsTask();
        await replica.ProposeAsync(new byte[] { 2 }).AsTask().WaitAsync(Hang);

        await replica.DisposeAsync().AsTask().WaitAsync(Hang);

        await Assert.ThatAsync(() => certified.WaitAsync(Hang), Fails.With(ConsensusFailure.Stopped));
    }
}
