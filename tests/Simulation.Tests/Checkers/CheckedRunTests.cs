using System.Globalization;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Histories;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>Whole runs under the checkers of calls: good ones, and some of a state machine with a planted fault.</summary>
public sealed class CheckedRunTests
{
    private const long StepsMax = 1_000_000;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    [Test]
    public void Runs_without_faults_pass([Range(1, 5)] int seed) => Passes((ulong)seed, FaultSet.None);

    [Test]
    public void Runs_with_crashes_pass([Range(101, 120)] int seed) => Passes((ulong)seed, FaultSet.Of(FaultKind.Crash));

    [Test]
    public void The_workload_makes_calls_that_overlap_and_swaps_that_succeed_and_fail()
    {
        var calls = Passes(1, FaultSet.None).History.Calls;
        var swaps = calls.Where(call => call.IsAnswered && call.Operation is RegisterOperation { Function: RegisterFunction.CompareAndSwap }).ToArray();
        var overlapping = calls.Zip(calls.Skip(1)).Count(pair => pair.Second.Invoked < pair.First.Completed);
        Assert.Multiple(() =>
        {
            Assert.That((double)swaps.Count(call => call.Outcome == CallOutcome.Applied) / swaps.Length, Is.InRange(0.3, 0.7));
            Assert.That(overlapping, Is.GreaterThan(calls.Count / 5));
        });
    }

    [TestCase(PlantedFault.ForgetsWrites, "read coherence")]
    [TestCase(PlantedFault.ShowsOldState, "read coherence")]
    [TestCase(PlantedFault.AnswersDiffer, "result agreement")]
    public void A_faulty_state_machine_is_found_within_five_seeds(PlantedFault fault, string checker)
    {
        var violations = Enumerable.Range(1, 5).SelectMany(seed => Run((ulong)seed, FaultSet.None, fault).World.Violations).Select(violation => violation.Checker);
        Assert.That(violations, Has.Some.EqualTo(checker));
    }

    [TestCase(PlantedFault.ForgetsWrites)]
    [TestCase(PlantedFault.ShowsOldState)]
    public void Whoever_reads_the_exported_history_of_a_faulty_state_machine_rejects_it(PlantedFault fault)
    {
        var verdicts = Enumerable.Range(1, 5).SelectMany(seed => Verdicts(Run((ulong)seed, FaultSet.None, fault)));
        Assert.That(verdicts, Has.Some.EqualTo(RegisterVerdict.Violated));
    }

    private static IEnumerable<RegisterVerdict> Verdicts(SimulationRun run)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        HistoryWriter.Write(text, run.History.Calls);
        return JepsenFile.Read(text.ToString()).Values.Select(calls => RegisterSearch.Search(calls, StepsMax));
    }

    private static SimulationRun Passes(ulong seed, FaultSet faults)
    {
        var run = Run(seed, faults, null);
        Assert.That(run.World.Violations, Is.Empty, $"seed {seed}");
        return run;
    }

    private static SimulationRun Run(ulong seed, FaultSet faults, PlantedFault? planted)
    {
        var options = new SimulationOptions { Faults = faults, Duration = Duration };
        if (planted is { } fault)
        {
            var machines = 0;
            options = options with { StateMachine = () => new PlantedMachine(fault, machines++) };
        }

        var run = new SimulationRun(seed, options);
        run.Run();
        return run;
    }
}
