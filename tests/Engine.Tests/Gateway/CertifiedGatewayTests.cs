namespace Consensus.Engine.Tests.Gateway;

/// <summary>Callers whose command is committed, and who wait for more than that.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CertifiedGatewayTests
{
    private readonly PendingCommandPool _pool = new(new ReplicaMetrics(new NodeId(1), TimeProvider.System));
    private readonly CertifiedGateway _gateway = new();

    [Test]
    public void A_caller_gets_the_result_when_its_entry_is_certified_and_those_behind_wait_on()
    {
        var waiting = new[] { Commit(4), Commit(5), Commit(6) };

        _gateway.OnCertified(new LogIndex(5));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(GatewayBench.Completed(waiting[0]), Is.EqualTo(Applied(4)));
            Assert.That(GatewayBench.Completed(waiting[1]), Is.EqualTo(Applied(5)));
            Assert.That(waiting[2].IsCompleted, Is.False);
            Assert.That((_gateway.Waiting, _pool.Waiting), Is.EqualTo((1, 1)));
        }
    }

    [Test]
    public void What_is_certified_already_waits_for_nothing()
    {
        _gateway.OnCertified(new LogIndex(5));

        Assert.That(GatewayBench.Completed(Commit(5)), Is.EqualTo(Applied(5)));
        Assert.That(Commit(6).IsCompleted, Is.False);
    }

    // Between two epochs a replica may know less than it has told before.
    [Test]
    public void What_was_certified_stays_so()
    {
        _gateway.OnCertified(new LogIndex(5));
        _gateway.OnCertified(new LogIndex(3));

        Assert.That(GatewayBench.Completed(Commit(4)), Is.EqualTo(Applied(4)));
    }

    [Test]
    public void A_rejection_that_was_certified_is_the_result()
    {
        var rejected = new ProposeResult(ProposeStatus.Rejected, new LogIndex(4), new byte[] { 9 }, RefusalReason.None);
        var waiting = Commit(rejected, 5);

        _gateway.OnCertified(new LogIndex(4));

        Assert.That(GatewayBench.Completed(waiting), Is.EqualTo(rejected));
    }

    [Test]
    public void Who_has_waited_too_long_is_told_that_the_outcome_is_unknown_for_it_has_taken_effect()
    {
        Assert.That(_gateway.NextDeadline, Is.EqualTo(Ticks.Never));
        var (late, early) = (Commit(4, seconds: 7), Commit(5, seconds: 5));
        Assert.That(_gateway.NextDeadline, Is.EqualTo(At(5)));

        _gateway.OnTime(At(4) + TimeSpan.FromMilliseconds(999));
        Assert.That(early.IsCompleted, Is.False);

        _gateway.OnTime(At(5));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(GatewayBench.Completed(early), Is.EqualTo(ProposeResult.Unknown(RefusalReason.TimedOut)));
            Assert.That(late.IsCompleted, Is.False);
            Assert.That(_gateway.NextDeadline, Is.EqualTo(At(7)));
        }

        _gateway.OnTime(At(7));
        Assert.That(GatewayBench.Completed(late), Is.EqualTo(ProposeResult.Unknown(RefusalReason.TimedOut)));
        Assert.That((_gateway.NextDeadline, _gateway.Waiting), Is.EqualTo((Ticks.Never, 0)));
    }

    [Test]
    public void A_turn_in_which_nobody_waits_allocates_nothing()
    {
        Turn(1);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (ulong index = 2; index < 100; index++)
        {
            Turn(index);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Turn(ulong index)
        {
            _gateway.OnTime(At(1));
            _gateway.OnCertified(new LogIndex(index));
        }
    }

    [Test]
    public void When_the_replica_stops_all_who_wait_are_told_why()
    {
        var waiting = Commit(4);

        _gateway.Fail(new ConsensusException(ConsensusFailure.Stopped, "The replica was stopped."));

        Assert.That(() => waiting.Wait(Hosting.ReplicaBench.Hang), Throws.TypeOf<AggregateException>().With.InnerException.TypeOf<ConsensusException>());
        Assert.That(_gateway.Waiting, Is.Zero);
    }

    [Test]
    public void A_caller_that_has_gone_away_is_forgotten_with_the_others()
    {
        using var leaving = new CancellationTokenSource();
        var waiting = Commit(Applied(4), 5, leaving.Token);

        leaving.Cancel();
        Assert.That(() => waiting.Wait(Hosting.ReplicaBench.Hang), Throws.TypeOf<AggregateException>().With.InnerException.InstanceOf<OperationCanceledException>());
        _gateway.OnCertified(new LogIndex(4));

        Assert.That((_gateway.Waiting, _pool.Waiting), Is.EqualTo((0, 0)));
    }

    private static Ticks At(int seconds) => Ticks.Zero + TimeSpan.FromSeconds(seconds);

    private static ProposeResult Applied(ulong index) => new(ProposeStatus.Applied, new LogIndex(index), default, RefusalReason.None);

    private Task<ProposeResult> Commit(ulong index, int seconds = 5) => Commit(Applied(index), seconds);

    private Task<ProposeResult> Commit(ProposeResult result, int seconds, CancellationToken token = default)
    {
        var command = _pool.Rent();
        command.Begin(CommandKind.Command, default, [1], default, 0, TimeSpan.FromSeconds(seconds), CommitLevel.Certified, token);
        command.Deadline = At(seconds);
        var task = command.AsTask().AsTask();
        _gateway.Accept(new CommandToCertify(command, result));
        return task;
    }
}
