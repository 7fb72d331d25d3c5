namespace Consensus.Engine.Tests.Gateway;

/// <summary>Who gets a result when a command is committed, and who waits on until it is certified.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CommandResultsTests
{
    private static readonly RequestId Own = new(new ClientId(77), 5);

    private readonly GatewayBench _bench = new GatewayBench().Ready();

    [TestCase(CommandOutcome.Applied, ProposeStatus.Applied)]
    [TestCase(CommandOutcome.Rejected, ProposeStatus.Rejected)]
    public void Who_waits_for_a_certificate_has_no_result_with_the_commit(CommandOutcome outcome, ProposeStatus status)
    {
        var waiting = _bench.Propose(7, waitFor: CommitLevel.Certified);

        _bench.Commit(_bench.Turn().Single(), outcome, [4, 2]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(waiting.IsCompleted, Is.False);
            var committed = _bench.ToCertify.Single();
            Assert.That((committed.Result.Status, committed.Result.Result.ToArray()), Is.EqualTo((status, new byte[] { 4, 2 })));
            Assert.That(committed.Result.Index, Is.GreaterThan(LogIndex.Zero));
        }
    }

    [Test]
    public void What_has_waited_for_a_certificate_and_is_committed_is_proposed_no_more()
    {
        _ = _bench.Propose(7, waitFor: CommitLevel.Certified);
        _bench.Commit(_bench.Turn().Single());

        _bench.Elect(GatewayBench.Self, term: 2);

        Assert.That(_bench.Turn(TimeSpan.FromSeconds(4)), Is.Empty);
    }

    [TestCase(CommandOutcome.RequestForgotten, RefusalReason.RequestForgotten, ProposeStatus.Unknown)]
    [TestCase(CommandOutcome.SessionExpired, RefusalReason.SessionExpired, ProposeStatus.Unknown)]
    [TestCase(CommandOutcome.NotSignedByClient, RefusalReason.NotSignedByClient, ProposeStatus.Refused)]
    public void What_came_to_nothing_needs_no_certificate(CommandOutcome outcome, RefusalReason reason, ProposeStatus status)
    {
        var waiting = _bench.Propose(7, Own, waitFor: CommitLevel.Certified);

        _bench.Commit(_bench.Turn().Single(), outcome);

        var result = GatewayBench.Completed(waiting);
        Assert.That((result.Status, result.Refusal, _bench.ToCertify.Count), Is.EqualTo((status, reason, 0)));
    }

    [Test]
    public void Of_two_callers_with_the_same_request_only_the_one_who_asked_for_it_waits()
    {
        var certified = _bench.Propose(7, Own, waitFor: CommitLevel.Certified);
        var committed = _bench.Propose(7, Own);

        _bench.Commit(_bench.Turn()[0]);

        Assert.That(GatewayBench.Completed(committed).IsApplied, Is.True);
        Assert.That((certified.IsCompleted, _bench.ToCertify.Count), Is.EqualTo((false, 1)));
    }
}
