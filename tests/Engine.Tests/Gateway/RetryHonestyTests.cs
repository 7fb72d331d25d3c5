using static Consensus.Engine.Tests.Gateway.GatewayBench;

namespace Consensus.Engine.Tests.Gateway;

/// <summary>Refused is said only of what has had, and will have, no effect; what may have is unknown.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RetryHonestyTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly RequestId Own = new(new ClientId(77), 5);

    private readonly GatewayBench _bench = new();

    [Test]
    public void A_command_that_was_proposed_and_never_answered_is_unknown()
    {
        _bench.Ready();
        var result = _bench.Propose();
        _bench.Turn();

        _bench.Turn(5 * Second);

        Assert.That(result.Result, Is.EqualTo(ProposeResult.Unknown(RefusalReason.TimedOut)));
    }

    [Test]
    public void A_command_whose_leader_went_away_is_unknown()
    {
        _bench.Ready();
        var result = _bench.Propose();
        _bench.Turn();
        _bench.Elect(NodeId.None);

        _bench.Turn(5 * Second);

        Assert.That(result.Result, Is.EqualTo(ProposeResult.Unknown(RefusalReason.NoLeader)));
    }

    [Test]
    public void A_command_for_which_there_never_was_a_leader_was_not_proposed_and_is_refused()
    {
        var result = _bench.Propose();
        Assert.That(_bench.Turn(Second), Is.Empty);

        _bench.Turn(4 * Second);

        Assert.That(result.Result, Is.EqualTo(ProposeResult.Refused(RefusalReason.NoLeader)));
    }

    [Test]
    public void A_callers_command_for_which_there_never_was_a_leader_is_refused_too()
    {
        var result = _bench.Propose(request: Own);
        Assert.That(_bench.Turn(Second), Is.Empty);

        _bench.Turn(4 * Second);

        Assert.That(result.Result, Is.EqualTo(ProposeResult.Refused(RefusalReason.NoLeader)));
    }

    [TestCase(RefusalReason.Overloaded)]
    [TestCase(RefusalReason.StorageFull)]
    public void A_command_whose_only_proposal_was_refused_is_refused_at_once_and_not_proposed_again(RefusalReason reason)
    {
        _bench.Ready();
        var result = _bench.Propose();

        _bench.Refuse(_bench.Turn().Single(), reason);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Result, Is.EqualTo(ProposeResult.Refused(reason)));
            Assert.That(_bench.Turn(10 * Second), Is.Empty);
        }
    }

    // The first attempt may lie in the old leader's log, from where the new one may commit it.
    [Test]
    public void A_refusal_after_a_second_attempt_decides_nothing()
    {
        _bench.Ready();
        var result = _bench.Propose(7);
        var first = _bench.Turn().Single();
        _bench.Elect(Self, term: 2);
        var second = _bench.Turn().Single();

        _bench.Refuse(second, RefusalReason.Overloaded);
        Assert.That(result.IsCompleted, Is.False, "after the refusal");
        _bench.Commit(first);

        Assert.That(result.Result.IsApplied, Is.True);
    }

    [Test]
    public void A_refusal_after_a_second_attempt_ends_as_unknown_if_nothing_else_is_heard()
    {
        _bench.Ready();
        var result = _bench.Propose();
        _bench.Turn();
        _bench.Elect(Self, term: 2);
        _bench.Refuse(_bench.Turn().Single(), RefusalReason.Overloaded);

        _bench.Turn(5 * Second);

        Assert.That(result.Result, Is.EqualTo(ProposeResult.Unknown(RefusalReason.TimedOut)));
    }

    [Test]
    public void A_refusal_for_want_of_a_leader_is_retried_under_the_same_identity()
    {
        _bench.Ready();
        var result = _bench.Propose(7);
        var first = _bench.Turn().Single();
        _bench.Refuse(first, RefusalReason.NoLeader);

        var second = _bench.Turn(TimeSpan.FromMilliseconds(10)).Single();
        _bench.Commit(second);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(second, Is.EqualTo(first));
            Assert.That(result.Result.IsApplied, Is.True);
        }
    }

    [Test]
    public void A_new_leader_gets_everything_that_is_under_way_once_and_under_the_same_identity()
    {
        _bench.Ready();
        var results = new[] { _bench.Propose(1), _bench.Propose(2), _bench.Propose(3, Own) };
        var first = _bench.Turn();

        _bench.Elect(Self, term: 2);
        var second = _bench.Turn();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(second, Is.EquivalentTo(first));
            Assert.That(results.Any(result => result.IsCompleted), Is.False);
        }
    }

    [Test]
    public void What_waited_for_a_leader_is_proposed_once_when_there_is_one()
    {
        _bench.Ready();
        _bench.Elect(NodeId.None);
        _ = _bench.Propose(1);
        _ = _bench.Propose(2, Own);
        Assert.That(_bench.Turn(TimeSpan.FromMilliseconds(60)), Is.Empty);

        _bench.Elect(Other, term: 3);

        Assert.That(_bench.Turn().Select(proposal => proposal.Body), Is.EquivalentTo(new byte[] { 1, 2 }));
    }

    [Test]
    public void What_was_sent_to_another_is_sent_again_after_the_retry_interval_and_not_before()
    {
        _bench.Ready(Other);
        _ = _bench.Propose(1);
        var first = _bench.Turn().Single();

        Assert.That(_bench.Turn(Second - new TimeSpan(1)), Is.Empty);
        Assert.That(_bench.Turn(TimeSpan.FromMilliseconds(50)), Is.EqualTo(new[] { first }));
    }

    [Test]
    public void What_this_replica_itself_has_accepted_is_not_proposed_again()
    {
        _bench.Ready(Self);
        _ = _bench.Propose(1);
        _bench.Turn();

        Assert.That(_bench.Turn(3 * Second), Is.Empty);
    }

    // Its only attempt was committed to no effect: nothing can be doubled.
    [Test]
    public void A_command_that_found_the_session_closed_starts_anew_in_the_next_session()
    {
        _bench.Ready();
        var result = _bench.Propose(7);
        var first = _bench.Turn().Single();
        _bench.Commit(first, CommandOutcome.SessionExpired);

        var ask = _bench.Turn().Single();
        Assert.That(ask.Kind, Is.EqualTo(CommandKind.OpenSession));
        _bench.Commit(ask);
        var second = _bench.Turn().Single();
        _bench.Commit(second);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.Request.Client, Is.Not.EqualTo(first.Request.Client));
            Assert.That(second.Request.Sequence, Is.Not.EqualTo(first.Request.Sequence));
            Assert.That(result.Result.IsApplied, Is.True);
        }
    }

    [Test]
    public void A_command_that_found_the_session_closed_after_two_attempts_is_unknown()
    {
        _bench.Ready();
        var result = _bench.Propose();
        _bench.Turn();
        _bench.Elect(Self, term: 2);
        _bench.Commit(_bench.Turn().Single(), CommandOutcome.SessionExpired);

        Assert.That(result.Result, Is.EqualTo(ProposeResult.Unknown(RefusalReason.SessionExpired)));
    }

    // The command may have been applied earlier, when it was proposed through another replica.
    [TestCase(CommandOutcome.SessionExpired, RefusalReason.SessionExpired)]
    [TestCase(CommandOutcome.RequestForgotten, RefusalReason.RequestForgotten)]
    public void A_callers_command_whose_session_or_result_is_gone_is_unknown(CommandOutcome outcome, RefusalReason reason)
    {
        _bench.Elect(Other);
        var result = _bench.Propose(request: Own);

        _bench.Commit(_bench.Turn().Single(), outcome);

        Assert.That(result.Result, Is.EqualTo(ProposeResult.Unknown(reason)));
    }

    [Test]
    public void A_callers_number_beyond_the_sessions_window_is_refused()
    {
        _bench.Elect(Other);
        var result = _bench.Propose(request: Own);

        _bench.Commit(_bench.Turn().Single(), CommandOutcome.RequestBeyondWindow);

        Assert.That(result.Result, Is.EqualTo(ProposeResult.Refused(RefusalReason.RequestBeyondWindow)));
    }

    // The second attempt may be committed later, behind a command that moves the window.
    [Test]
    public void A_callers_number_beyond_the_sessions_window_is_unknown_after_a_second_attempt()
    {
        _bench.Elect(Other);
        var result = _bench.Propose(request: Own);
        var first = _bench.Turn().Single();
        _bench.Elect(Self, term: 2);
        Assert.That(_bench.Turn(), Has.Count.EqualTo(1));

        _bench.Commit(first, CommandOutcome.RequestBeyondWindow);

        Assert.That(result.Result, Is.EqualTo(ProposeResult.Unknown(RefusalReason.RequestBeyondWindow)));
    }

    [Test]
    public void A_number_beyond_the_sessions_window_that_two_callers_have_sent_is_unknown_to_both()
    {
        _bench.Elect(Other);
        var results = new[] { _bench.Propose(request: Own), _bench.Propose(request: Own) };

        _bench.Commit(_bench.Turn()[0], CommandOutcome.RequestBeyondWindow);

        Assert.That(results.Select(result => result.Result), Is.All.EqualTo(ProposeResult.Unknown(RefusalReason.RequestBeyondWindow)));
    }

    [Test]
    public void A_rejection_by_the_state_machine_is_a_result_with_its_reason()
    {
        _bench.Ready();
        var result = _bench.Propose();

        _bench.Commit(_bench.Turn().Single(), CommandOutcome.Rejected, [4, 2]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Result.Status, Is.EqualTo(ProposeStatus.Rejected));
            Assert.That(result.Result.Result.ToArray(), Is.EqualTo(new byte[] { 4, 2 }));
        }
    }

    [Test]
    public void Two_callers_with_the_same_request_both_get_its_result()
    {
        _bench.Elect(Other);
        var results = new[] { _bench.Propose(1, Own), _bench.Propose(1, Own) };

        _bench.Commit(_bench.Turn()[0]);

        Assert.That(results.Select(result => result.Result.IsApplied), Is.All.True);
    }

    [Test]
    public void The_result_is_the_callers_own_copy()
    {
        _bench.Ready();
        var result = _bench.Propose();
        byte[] reused = [9];
        _bench.Commit(_bench.Turn().Single(), result: reused);

        reused[0] = 0;

        Assert.That(result.Result.Result.ToArray(), Is.EqualTo(new byte[] { 9 }));
    }

    [Test]
    public void A_refusal_of_an_earlier_run_does_not_touch_this_runs_command()
    {
        var earlier = new GatewayBench(seed: 1).Ready();
        _ = earlier.Propose();
        var stale = earlier.Turn().Single();
        var bench = new GatewayBench(seed: 2).Ready();
        var result = bench.Propose();
        bench.Turn();

        bench.Refuse(stale, RefusalReason.Overloaded);

        Assert.That(result.IsCompleted, Is.False);
    }

    [Test]
    public void A_refusal_of_a_control_request_does_not_touch_a_command()
    {
        _bench.Ready();
        var result = _bench.Propose();
        var proposal = _bench.Turn().Single();

        _bench.Gateway.OnRefused(_bench.Now, Tickets.Of(TicketKind.Control, Tickets.NumberOf(proposal.Ticket)), RefusalReason.Busy);

        Assert.That(result.IsCompleted, Is.False);
    }
}
