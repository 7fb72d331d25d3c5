using Consensus.Engine;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Clients;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>Calls without an answer: for clients they are open for ever; the checker knows where their commands were applied.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LinearizabilityTests
{
    private const int StepsMax = 100_000;
    private const int Unanswered = 24;
    private const string AsClientsSeeIt = "as clients see it";
    private const string AsItWas = "as it was";
    private static readonly RegisterOperation One = RegisterOperation.Write("k", 1);
    private static readonly RegisterOperation Delete = RegisterOperation.Write("k", null);

    private readonly CheckerBench _bench = new((applied, history) =>
    [
        new Named(AsClientsSeeIt, new Linearizability(history, stepsMax: StepsMax)), new Named(AsItWas, new Linearizability(history, applied, StepsMax)),
    ]);

    private long _index;

    /// <summary>The first write takes effect last. Before that is found, a search tries every choice of the others.</summary>
    [Test]
    public void Many_calls_without_an_answer_that_were_applied_are_decided()
    {
        var first = _bench.Begin(0, One);
        foreach (var number in Enumerable.Range(2, Unanswered - 1))
        {
            Apply(_bench.Begin(number, RegisterOperation.Write("k", number)));
        }

        Apply(first);
        var swap = _bench.Begin(99, RegisterOperation.CompareAndSwap("k", 1, 50));
        Apply(swap);
        _bench.End(swap, CallOutcome.Applied, _index);
        _bench.Finish();
        Finds(AsClientsSeeIt, $"key k: not decided, which is no pass: {StepsMax} steps of the search", $"{Unanswered + 1} calls, {Unanswered} of them not answered");
    }

    [Test]
    public void A_read_that_misses_what_was_applied_before_it_is_found_also_if_nobody_was_answered()
    {
        _bench.Write(1, "k", 1, index: ++_index);
        var two = _bench.Begin(2, RegisterOperation.Write("k", 2));
        Apply(two);
        _bench.End(two, CallOutcome.Unknown);
        _bench.Read(3, "k", 1);
        _bench.Finish();
        Finds(AsItWas, "no order of the calls explains their answers", "process 3 reads 1", "process 2 writes 2 (not answered; applied by then)");
    }

    [Test]
    public void A_read_that_begins_before_the_first_application_may_miss_it()
    {
        _bench.Write(1, "k", 1, index: ++_index);
        var two = _bench.Begin(2, RegisterOperation.Write("k", 2));
        var read = _bench.Begin(3, RegisterOperation.Read("k"));
        Apply(two);
        _bench.EndRead(read, 1);
        _bench.Read(3, "k", 2);
        Passes();
    }

    /// <summary>A command may be proposed again long after its caller has given up; only the first replica that applies it counts.</summary>
    [Test]
    public void What_is_applied_long_after_its_caller_gave_up_is_explained()
    {
        var one = _bench.Begin(1, One);
        _bench.End(one, CallOutcome.Unknown);
        _bench.Read(2, "k", null);
        _bench.Write(2, "k", 2, index: ++_index);
        _bench.Read(2, "k", 2);
        Apply(one);
        _bench.Read(2, "k", 1);
        _bench.Apply(1, _index, one.Operation, RequestOf(_index));
        Passes();
    }

    [Test]
    public void What_was_never_applied_has_had_no_effect()
    {
        _bench.End(_bench.Begin(1, One), CallOutcome.Unknown);
        _bench.Read(2, "k", 1);
        _bench.Finish();
        Finds(AsItWas, "process 2 reads 1");
    }

    [Test]
    public void A_swap_that_was_rejected_where_nobody_heard_of_it_has_had_no_effect()
    {
        _bench.Write(1, "k", 1, index: ++_index);
        var swap = _bench.Begin(2, RegisterOperation.CompareAndSwap("k", 5, 6));
        Apply(swap, CommandOutcome.Rejected);
        _bench.Read(3, "k", 1);
        Passes();
    }

    /// <summary>Only their bytes tell whose effect it was; the first applied was the second's.</summary>
    [Test]
    public void Deletes_of_one_key_may_be_taken_for_each_other()
    {
        _bench.Write(1, "k", 1, index: ++_index);
        var first = _bench.Begin(2, Delete);
        var second = _bench.Begin(3, Delete);
        Apply(second);
        _bench.Read(1, "k", null);
        _bench.Write(1, "k", 2, index: ++_index);
        Apply(first);
        _bench.Read(1, "k", null);
        Passes();
    }

    [Test]
    public void An_effect_that_answered_somebody_is_no_one_elses()
    {
        _bench.Write(1, "k", 1, index: ++_index);
        var lost = _bench.Begin(2, Delete);
        var answered = _bench.Begin(3, Delete);
        Apply(answered);
        _bench.End(answered, CallOutcome.Applied, _index);
        _bench.Write(1, "k", 2, index: ++_index);
        _bench.Read(1, "k", 2);
        Apply(lost);
        _bench.Read(1, "k", null);
        Passes();
    }

    [Test]
    public void An_effect_before_a_call_began_is_not_its_own()
    {
        Apply(_bench.Begin(1, Delete));
        _bench.Write(1, "k", 1, index: ++_index);
        _bench.End(_bench.Begin(2, Delete), CallOutcome.Unknown);
        _bench.Read(1, "k", 1);
        Passes();
    }

    private static RequestId RequestOf(long index) => new(new ClientId(7), (ulong)index);

    private void Apply(ClientCall call, CommandOutcome outcome = CommandOutcome.Applied)
    {
        _index++;
        _bench.Apply(0, _index, call.Operation, RequestOf(_index), outcome: outcome);
    }

    private void Passes()
    {
        _bench.Finish();
        Assert.That(_bench.Reports, Is.Empty);
    }

    private void Finds(string checker, params string[] parts)
    {
        Assert.That(_bench.Reports, Has.Count.EqualTo(1));
        Assert.Multiple(() => parts.Prepend(checker).ToList().ForEach(part => Assert.That(_bench.Reports[0], Does.Contain(part))));
    }

    /// <summary>One of two checkers that have one name.</summary>
    private sealed class Named : Checker
    {
        private readonly Checker _checker;

        public Named(string name, Checker checker)
        {
            Name = name;
            _checker = checker;
            _checker.Attach((_, description) => Report(description));
        }

        public override string Name { get; }

        public override void OnFinished(IReadOnlyList<Nodes.SimulatedNode> nodes) => _checker.OnFinished(nodes);
    }
}
