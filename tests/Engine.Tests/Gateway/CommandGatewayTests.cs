using static Consensus.Engine.Tests.Gateway.GatewayBench;

namespace Consensus.Engine.Tests.Gateway;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CommandGatewayTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly RequestId Own = new(new ClientId(77), 5);

    private readonly GatewayBench _bench = new(new ReplicaOptions { CommandsInFlightMax = 4 });

    [Test]
    public void The_first_command_opens_the_session_in_which_all_are_numbered_without_a_gap()
    {
        _bench.Elect(Other);
        for (byte body = 1; body <= 3; body++)
        {
            _ = _bench.Propose(body);
        }

        var ask = _bench.Turn().Single();
        _bench.Commit(ask);
        var commands = _bench.Turn();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(ask.Request.Client, Is.EqualTo(new ClientId(Self.Value)), "the proposing replica, until the session has a name");
            Assert.That(commands.Select(command => command.Body), Is.EqualTo(new byte[] { 1, 2, 3 }));
            Assert.That(commands.Select(command => command.Request.Client).Distinct().Count(), Is.EqualTo(1));
            Assert.That(commands[2].Request.Sequence - commands[0].Request.Sequence, Is.EqualTo(2));
        }
    }

    [Test]
    public void A_session_is_asked_for_again_with_the_same_number_and_the_first_that_opens_is_taken()
    {
        _bench.Elect(Other);
        _ = _bench.Propose();
        var first = _bench.Turn().Single();
        var second = _bench.Turn(Second).Single();
        Assert.That(second, Is.EqualTo(first));

        _bench.Commit(first);
        var command = _bench.Turn().Single();
        _bench.Commit(second);
        _ = _bench.Propose();

        Assert.That(_bench.Turn().Single().Request.Client, Is.EqualTo(command.Request.Client));
    }

    [Test]
    public void A_refused_session_is_asked_for_again_after_a_pause()
    {
        _bench.Elect(Other);
        _ = _bench.Propose();
        _bench.Refuse(_bench.Turn().Single(), RefusalReason.Overloaded);

        Assert.That(_bench.Turn(TimeSpan.FromMilliseconds(10)).Single().Kind, Is.EqualTo(CommandKind.OpenSession));
    }

    [Test]
    public void Another_replicas_session_is_not_taken_for_ones_own()
    {
        _bench.Elect(Other);
        _ = _bench.Propose();
        var ask = _bench.Turn().Single();

        _bench.Commit(ask with { Request = ask.Request with { Client = new ClientId(2) } });

        Assert.That(_bench.Turn(), Is.Empty);
    }

    [Test]
    public void A_full_window_lets_further_commands_wait_and_a_result_lets_the_next_one_in_without_delay()
    {
        _bench.Ready();
        for (byte body = 1; body <= 6; body++)
        {
            _ = _bench.Propose(body);
        }

        var first = _bench.Turn();
        Assert.That(first.Select(command => command.Body), Is.EqualTo(new byte[] { 1, 2, 3, 4 }));

        _bench.Commit(first[0]);

        Assert.That(_bench.Turn().Select(command => command.Body), Is.EqualTo(new byte[] { 5 }));
    }

    [Test]
    public void The_window_runs_from_the_lowest_command_without_a_result()
    {
        _bench.Ready();
        for (byte body = 1; body <= 6; body++)
        {
            _ = _bench.Propose(body);
        }

        var first = _bench.Turn();
        _bench.Commit(first[1]);
        _bench.Commit(first[2]);
        Assert.That(_bench.Turn(), Is.Empty, "the lowest has no result yet");
        _bench.Commit(first[0]);
        var second = _bench.Turn();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.Select(command => command.Body), Is.EqualTo(new byte[] { 5, 6 }));
            Assert.That(second.Select(command => command.AcknowledgedBelow), Is.All.EqualTo(first[3].Request.Sequence), "what has a result is acknowledged, what has none is not");
        }
    }

    [Test]
    public void A_session_never_runs_further_ahead_than_the_group_allows()
    {
        const int window = 16_384;
        var bench = new GatewayBench(new ReplicaOptions { CommandsInFlightMax = window }).Ready();
        for (var i = 0; i < window + 10; i++)
        {
            _ = bench.Propose();
        }

        var proposed = bench.Turn();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(proposed, Has.Count.EqualTo(window));
            Assert.That(proposed.Select(command => command.Request.Sequence - command.AcknowledgedBelow), Is.All.LessThan(16_384UL));
        }
    }

    [Test]
    public void A_time_limit_counts_while_a_command_waits_behind_others()
    {
        _bench.Ready();
        for (var i = 0; i < 5; i++)
        {
            _ = _bench.Propose(timeout: 60 * Second);
        }

        var impatient = _bench.Propose(timeout: Second);
        _bench.Turn();

        _bench.Turn(Second);

        Assert.That(impatient.Result, Is.EqualTo(ProposeResult.Refused(RefusalReason.TimedOut)), "it was never proposed");
    }

    [Test]
    public void A_time_limit_without_end_is_a_time_limit()
    {
        _bench.Ready();
        var result = _bench.Propose(timeout: TimeSpan.MaxValue);
        var proposal = _bench.Turn().Single();
        _bench.Turn(TimeSpan.FromDays(365));
        Assert.That(result.IsCompleted, Is.False);

        _bench.Commit(proposal);

        Assert.That(result.Result.IsApplied, Is.True);
    }

    [Test]
    public void The_gateway_wants_a_turn_while_anything_waits_and_none_else()
    {
        Assert.That(_bench.Gateway.NextDeadline, Is.EqualTo(Ticks.Never));
        _bench.Elect(Other);
        var result = _bench.Propose();
        for (var step = 0; step < 2; step++)
        {
            var proposal = _bench.Turn().Single();
            Assert.That(_bench.Gateway.NextDeadline, Is.LessThan(Ticks.Never), $"step {step}");
            _bench.Commit(proposal);
        }

        _bench.Turn(Second);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Result.IsApplied, Is.True);
            Assert.That(_bench.Gateway.NextDeadline, Is.EqualTo(Ticks.Never));
        }
    }

    [Test]
    public async Task A_cancelled_command_leaves_its_place_and_may_still_take_effect()
    {
        _bench.Ready();
        using var cancellation = new CancellationTokenSource();
        var result = _bench.Propose(7, token: cancellation.Token);
        var proposal = _bench.Turn().Single();

        await cancellation.CancelAsync();
        await Assert.ThatAsync(() => result, Throws.InstanceOf<OperationCanceledException>());
        _bench.Turn(TimeSpan.FromMilliseconds(50));
        _bench.Commit(proposal);

        Assert.That(_bench.Pool.Waiting, Is.Zero);
    }

    [Test]
    public async Task A_command_cancelled_before_its_turn_is_never_proposed([Values] bool isCallers)
    {
        _bench.Ready();
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        var result = _bench.Propose(request: isCallers ? Own : default, token: cancellation.Token);

        await Assert.ThatAsync(() => result, Throws.InstanceOf<OperationCanceledException>());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_bench.Turn(Second), Is.Empty);
            Assert.That(_bench.Pool.Waiting, Is.Zero);
        }
    }

    [Test]
    public void Whoever_waits_when_the_replica_stops_is_told()
    {
        _bench.Ready();
        var tasks = Enumerable.Range(0, 6).Select(_ => _bench.Propose()).Append(_bench.Propose(request: Own)).ToArray();
        _bench.Turn();

        _bench.Gateway.Fail(new ConsensusException(ConsensusFailure.Stopped, "stopped"));

        Assert.Multiple(() =>
        {
            foreach (var task in tasks)
            {
                Assert.That(() => task.GetAwaiter().GetResult(), Fails.With(ConsensusFailure.Stopped));
            }
        });
    }

    // A caller that throws its task away must not use up the bound on waiting commands.
    [Test]
    public void Commands_whose_results_nobody_takes_do_not_count_as_waiting()
    {
        _bench.Ready();
        var command = _bench.Pool.Rent();
        command.Begin(CommandKind.Command, [], [1], default, 0, Second, CommitLevel.Committed, default);
        _bench.Gateway.Accept(_bench.Now, command);
        Assert.That(_bench.Pool.Waiting, Is.EqualTo(1));

        _bench.Commit(_bench.Turn().Single());

        Assert.That(_bench.Pool.Waiting, Is.Zero);
    }
}
