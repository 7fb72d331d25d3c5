using Consensus.Engine;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Clients;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>The checkers that compare calls with what was applied, each with the anomaly it is there for.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AppliedCheckersTests
{
    private static readonly RequestId First = new(new ClientId(9), 1);
    private static readonly RequestId Second = new(new ClientId(9), 2);
    private static readonly RegisterOperation One = RegisterOperation.Write("k", 1);
    private static readonly RegisterOperation Two = RegisterOperation.Write("k", 2);
    private static readonly RegisterOperation Delete = RegisterOperation.Write("k", null);

    private readonly CheckerBench _bench = new((applied, history) =>
    [
        new AppliedOrder(applied), new ResultAgreement(applied), new ExactlyOnce(applied), new ReplyCoherence(applied), new ReadCoherence(applied),
        new RealTimeOrder(), new Linearizability(history),
    ]);

    [SetUp]
    public void StartBoth()
    {
        _bench.Start(0);
        _bench.Start(1);
    }

    [Test]
    public void A_good_run_is_not_reported()
    {
        var one = _bench.Begin(1, One, First);
        _bench.Apply(0, 2, One, First, result: [1]);
        _bench.Apply(0, 3, One, First, effectIndex: 2, result: [1]);
        _bench.Apply(1, 2, One, First, result: [1]);
        _bench.End(one, CallOutcome.Applied, 2, [1]);
        _bench.Read(2, "k", 1, 3);
        var delete = _bench.Begin(1, Delete, Second);
        _bench.Restore(1, 3);
        _bench.Apply(1, 5, Delete, Second);
        _bench.Start(0);
        _bench.Apply(0, 2, One, First, result: [1]);
        _bench.Apply(0, 3, One, First, effectIndex: 2, result: [1]);
        _bench.Apply(0, 5, Delete, Second);
        _bench.Read(2, "k", 1, 3);
        _bench.End(delete, CallOutcome.Applied, 5);
        _bench.Read(2, "k", null, 5);
        _bench.Finish();
        Assert.That(_bench.Reports, Is.Empty);
    }

    [Test]
    public void An_entry_that_a_replica_applies_twice_is_found()
    {
        _bench.Begin(1, One);
        _bench.Apply(0, 2, One, First);
        _bench.Apply(0, 2, One, First);
        Finds("applied order", "applies entry 2 to a state to which it has applied all up to 2");
    }

    [Test]
    public void An_entry_behind_a_snapshot_that_holds_it_is_found()
    {
        _bench.Begin(1, One);
        _bench.Apply(0, 2, One, First);
        _bench.Restore(1, 2);
        _bench.Apply(1, 2, One, First);
        Finds("applied order", "node 2 applies entry 2");
    }

    [Test]
    public void An_entry_that_a_replica_leaves_out_is_found()
    {
        _bench.Begin(1, One);
        _bench.Begin(2, Two);
        _bench.Apply(0, 2, One, First);
        _bench.Apply(0, 3, Two, Second);
        _bench.Apply(1, 3, Two, Second);
        Finds("applied order", "the next command of the log is 2");
    }

    [Test]
    public void Replicas_that_answer_differently_are_found()
    {
        _bench.Begin(1, One);
        _bench.Apply(0, 2, One, First, result: [1]);
        _bench.Apply(1, 2, One, First, result: [2]);
        Finds("result agreement", "result 0x01, and by node 2 with Applied at 2, result 0x02");
    }

    [Test]
    public void Replicas_that_apply_different_commands_are_found()
    {
        _bench.Begin(1, One);
        _bench.Begin(2, Two);
        _bench.Apply(0, 2, One, First);
        _bench.Apply(1, 2, Two, First);
        Finds("result agreement", "entry 2 is request");
    }

    [Test]
    public void A_request_that_takes_effect_twice_is_found()
    {
        _bench.Begin(1, Delete);
        _bench.Begin(2, Delete);
        _bench.Apply(0, 2, Delete, First);
        _bench.Apply(0, 3, Delete, First);
        Finds("exactly once", "takes effect at entry 3, and has done so at entry 2");
    }

    [Test]
    public void A_call_that_takes_effect_under_two_numbers_is_found()
    {
        _bench.Begin(1, One);
        _bench.Apply(0, 2, One, First);
        _bench.Apply(0, 3, One, Second);
        Finds("exactly once", "takes effect for the 2. time");
    }

    [Test]
    public void A_refused_command_that_takes_effect_is_found([Values] bool isAppliedFirst)
    {
        var call = _bench.Begin(1, One);
        if (isAppliedFirst)
        {
            _bench.Apply(0, 2, One, First);
        }

        _bench.End(call, CallOutcome.Refused);
        if (!isAppliedFirst)
        {
            _bench.Apply(0, 2, One, First);
        }

        Finds("exactly once", "refused");
    }

    [Test]
    public void A_retry_with_another_result_is_found()
    {
        _bench.Begin(1, One);
        _bench.Apply(0, 2, One, First, result: [1]);
        _bench.Apply(0, 3, One, First, effectIndex: 2, result: [2]);
        Finds("exactly once", "with another one");
    }

    [Test]
    public void A_retry_of_another_command_is_found()
    {
        _bench.Begin(1, One);
        _bench.Begin(1, Two);
        _bench.Apply(0, 2, One, First);
        _bench.Apply(0, 3, Two, First, effectIndex: 2);
        Finds("exactly once", "whose command is another");
    }

    [Test]
    public void A_retry_of_what_took_effect_nowhere_is_found()
    {
        _bench.Begin(1, One);
        _bench.Apply(0, 3, One, First, effectIndex: 2);
        Finds("exactly once", "took effect nowhere");
    }

    [Test]
    public void A_command_that_nobody_called_for_is_found()
    {
        _bench.Apply(0, 2, One, First);
        Assert.That(_bench.Reports, Has.Some.StartsWith("reply coherence").And.Some.Contains("no client has called for it"));
    }

    [Test]
    public void An_entry_that_is_no_command_is_found()
    {
        _bench.Apply(0, 2, [1, 2, 3], new AppliedCommand(RequestId.None, CommandOutcome.Malformed, new LogIndex(2), default));
        Finds("reply coherence", "is no command");
    }

    [Test]
    public void A_reply_that_is_not_what_was_applied_is_found([Values("nothing", "another command", "number", "outcome", "result", "retry", "earlier")] string how)
    {
        var call = _bench.Begin(1, One, First);
        _bench.Begin(1, Two, Second);
        switch (how)
        {
            case "nothing":
                break;
            case "another command":
                _bench.Apply(0, 2, Two, First);
                break;
            case "number":
                _bench.Apply(0, 2, One, Second);
                break;
            case "outcome":
                _bench.Apply(0, 2, One, First, outcome: CommandOutcome.Rejected);
                break;
            case "result":
                _bench.Apply(0, 2, One, First, result: [7]);
                break;
            case "retry":
                _bench.Apply(0, 1, One, First);
                _bench.Apply(0, 2, One, First, effectIndex: 1);
                break;
            default:
                _bench.Apply(0, 2, One, First);
                call = _bench.Begin(1, One, First);
                break;
        }

        _bench.End(call, CallOutcome.Applied, 2);
        Finds("reply coherence", "a client is told that its command is Applied at entry 2, but");
    }

    [Test]
    public void An_entry_that_answers_two_calls_is_found()
    {
        var one = _bench.Begin(1, Delete);
        var two = _bench.Begin(2, Delete);
        _bench.Apply(0, 2, Delete, First);
        _bench.End(one, CallOutcome.Applied, 2);
        _bench.End(two, CallOutcome.Applied, 2);
        Finds("reply coherence", "answers two calls");
    }

    [Test]
    public void A_read_of_what_the_commands_do_not_leave_is_found()
    {
        var one = _bench.Begin(1, One);
        _bench.Apply(0, 2, One, First);
        _bench.Read(2, "k", null, 2);
        _bench.End(one, CallOutcome.Applied, 2);
        Finds("read coherence", "finds nil; the commands up to there leave 1");
    }

    [Test]
    public void An_answer_before_one_that_was_known_is_found()
    {
        var one = _bench.Begin(1, One);
        _bench.Apply(0, 2, One, First);
        _bench.End(one, CallOutcome.Applied, 2);
        _bench.Read(2, "k", null, 1);
        Finds("real-time order", "an answer at entry 1 lies before entry 2");
    }

    [Test]
    public void A_history_without_an_order_is_reported_with_the_key_and_the_call()
    {
        var one = _bench.Begin(1, One);
        var two = _bench.Begin(2, Two);
        _bench.Apply(0, 2, One, First);
        _bench.Apply(0, 3, Two, Second);
        _bench.Read(3, "k", 1, 2);
        _bench.Read(3, "k", 2, 3);
        _bench.End(one, CallOutcome.Applied, 2);
        _bench.Read(3, "k", 2, 3);
        _bench.End(two, CallOutcome.Applied, 3);
        _bench.Begin(4, RegisterOperation.Read("k"));
        _bench.Finish();
        Assert.That(_bench.Reports, Is.Empty);

        // A compare-and-swap whose rejection only the values contradict.
        var swap = _bench.Begin(5, RegisterOperation.CompareAndSwap("k", 2, 4));
        _bench.Apply(0, 4, swap.Operation, new RequestId(new ClientId(9), 3), outcome: CommandOutcome.Rejected);
        _bench.End(swap, CallOutcome.Rejected, 4);
        _bench.Finish();
        Finds("linearizability", "key k: no order");
        Assert.That(_bench.Reports[0], Does.Contain("process 5 swaps 2 for 4: rejected"));
    }

    private void Finds(string checker, string what)
    {
        Assert.That(_bench.Reports, Has.Count.EqualTo(1));
        Assert.That(_bench.Reports[0], Does.StartWith(checker).And.Contain(what));
    }
}
