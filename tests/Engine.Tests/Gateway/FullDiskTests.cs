using static Consensus.Engine.Tests.Gateway.GatewayBench;

namespace Consensus.Engine.Tests.Gateway;

/// <summary>While the replica's disk is full its callers are refused at once, and what is under way waits without being proposed again.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FullDiskTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly RequestId Own = new(new ClientId(77), 5);

    private readonly GatewayBench _bench = new();

    [Test]
    public void A_command_is_refused_at_once_and_not_proposed()
    {
        _bench.Ready();
        _bench.Gateway.OnSpace(false);

        var results = new[] { _bench.Propose(), _bench.Propose(request: Own) };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(results.Select(result => GatewayBench.Completed(result)), Is.All.EqualTo(ProposeResult.Refused(RefusalReason.StorageFull)));
            Assert.That(_bench.Turn(), Is.Empty);
        }
    }

    // A replica that has just started has none.
    [Test]
    public void What_waits_for_the_session_when_the_disk_fills_up_is_refused()
    {
        _bench.Elect(Other);
        var result = _bench.Propose();
        _bench.Turn();

        _bench.Gateway.OnSpace(false);

        Assert.That(GatewayBench.Completed(result), Is.EqualTo(ProposeResult.Refused(RefusalReason.StorageFull)));
    }

    // The leader may say so before this replica's own disk is full, or although it is not.
    [Test]
    public void What_waits_for_the_session_is_refused_with_it()
    {
        _bench.Elect(Other);
        var result = _bench.Propose();

        _bench.Refuse(_bench.Turn().Single(), RefusalReason.StorageFull);

        Assert.That(GatewayBench.Completed(result), Is.EqualTo(ProposeResult.Refused(RefusalReason.StorageFull)));
    }

    [Test]
    public void What_was_never_proposed_is_refused_although_it_has_a_number_already()
    {
        _bench.Ready();
        _bench.Elect(NodeId.None, term: 2);
        var results = new[] { _bench.Propose(), _bench.Propose(request: Own) };

        _bench.Gateway.OnSpace(false);
        _bench.Turn(Second);

        Assert.That(results.Select(result => GatewayBench.Completed(result)), Is.All.EqualTo(ProposeResult.Refused(RefusalReason.StorageFull)));
    }

    [Test]
    public void What_was_proposed_is_not_proposed_again_and_is_unknown_at_its_time_limit()
    {
        _bench.Ready();
        var results = new[] { _bench.Propose(), _bench.Propose(request: Own) };
        _bench.Turn();
        _bench.Gateway.OnSpace(false);

        _bench.Elect(Self, term: 2);
        Assert.That(_bench.Turn(), Is.Empty, "under a new leader");
        Assert.That(_bench.Turn(2 * Second), Is.Empty, "after a pause");
        Assert.That(results.Select(result => result.IsCompleted), Is.All.False);
        _bench.Turn(3 * Second);

        Assert.That(results.Select(result => GatewayBench.Completed(result)), Is.All.EqualTo(ProposeResult.Unknown(RefusalReason.StorageFull)));
    }

    // A leader repeats nothing that its own core has accepted in its term; but this term has not seen them.
    [TestCase(1U)]
    [TestCase(2U)]
    public void What_was_proposed_goes_on_when_there_is_space_again(uint leader)
    {
        _bench.Ready();
        var results = new[] { _bench.Propose(7), _bench.Propose(8, Own) };
        _bench.Turn();
        _bench.Gateway.OnSpace(false);
        _bench.Elect(new NodeId(leader), term: 2);
        _bench.Turn(Second);

        _bench.Gateway.OnSpace(true);
        foreach (var proposal in _bench.Turn(TimeSpan.FromMilliseconds(50)))
        {
            _bench.Commit(proposal);
        }

        Assert.That(results.Select(result => GatewayBench.Completed(result).IsApplied), Is.All.True);
    }

    // The applier is not stopped by a disk: what this replica has in its log already is applied.
    [Test]
    public void What_was_proposed_is_answered_if_its_entry_had_come_before()
    {
        _bench.Ready();
        var result = _bench.Propose(7);
        var proposal = _bench.Turn().Single();
        _bench.Gateway.OnSpace(false);

        _bench.Commit(proposal);

        Assert.That(GatewayBench.Completed(result).IsApplied, Is.True);
    }

    // Each refusal would otherwise use up a number of the window, whose lowest waits for its time limit.
    [Test]
    public void The_window_of_commands_does_not_fill_up_with_refusals()
    {
        var bench = new GatewayBench(new ReplicaOptions { CommandsInFlightMax = 4 }).Ready();
        _ = bench.Propose();
        bench.Turn();
        bench.Gateway.OnSpace(false);

        for (var i = 0; i < 10; i++)
        {
            Assert.That(GatewayBench.Completed(bench.Propose()), Is.EqualTo(ProposeResult.Refused(RefusalReason.StorageFull)), $"command {i}");
        }
    }

    // It was committed after the group had closed the session, and would begin anew in the next one.
    [Test]
    public void A_command_whose_session_was_lost_while_the_disk_is_full_is_refused()
    {
        _bench.Ready();
        var result = _bench.Propose();
        var proposal = _bench.Turn().Single();
        _bench.Gateway.OnSpace(false);

        _bench.Commit(proposal, CommandOutcome.SessionExpired);

        Assert.That(GatewayBench.Completed(result), Is.EqualTo(ProposeResult.Refused(RefusalReason.StorageFull)));
    }
}
