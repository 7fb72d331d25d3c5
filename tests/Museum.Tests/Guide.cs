using System.Text.Json;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Histories;
using Consensus.Simulation.Runs;

namespace Consensus.Museum.Tests;

/// <summary>Runs an exhibit's seeds. Called in an assembly load of its own, whose production code has the exhibit's bug, or none.</summary>
internal static class Guide
{
    private const long SearchStepsMax = 3_000_000;

    /// <summary>Runs seeds until the first violation.</summary>
    /// <param name="exhibit">The exhibit's name.</param>
    /// <param name="first">The first seed.</param>
    /// <param name="count">How many seeds at most.</param>
    /// <param name="history">
    /// A file for what clients did and saw in the run with the violation; then only the checker of linearizability is heard, and the run is one
    /// whose file shows it. Empty for none.
    /// </param>
    /// <returns>A <see cref="Finding"/> as JSON.</returns>
    public static string Look(string exhibit, ulong first, int count, string history)
    {
        var conditions = Catalogue.Find(exhibit).Conditions;
        return JsonSerializer.Serialize(history.Length > 0
            ? Look(() => conditions() with { HearsChecker = static checker => checker == "linearizability" }, first, count, history)
            : Look(conditions, first, count));
    }

    /// <summary>Runs seeds until the first violation.</summary>
    public static Finding Look(Func<SimulationOptions> conditions, ulong first, int count, string history = "")
    {
        var trace = "";
        for (var seed = first; seed < first + (ulong)count; seed++)
        {
            var run = new SimulationRun(seed, conditions());
            run.Run();
            trace = run.World.Trace.ToString();
            if (run.World.Violations is not [var violation, ..] || (history.Length > 0 && !IsShownBy(run.History.Calls)))
            {
                continue;
            }

            if (history.Length > 0)
            {
                using var file = File.CreateText(history);
                HistoryWriter.Write(file, run.History.Calls);
            }

            return new Finding(seed, violation.Checker, violation.Description, trace);
        }

        return new Finding(0, "", "", trace);
    }

    /// <summary>
    /// Whether the file will show it too: of a rejected compare-and-swap our checker knows that the register did not have the expected value,
    /// and the file says only that it had no effect.
    /// </summary>
    private static bool IsShownBy(IReadOnlyList<ClientCall> calls) => RegisterHistory.Of(calls)
        .Any(register => RegisterSearch.Search([.. register.Calls.Where(call => call.Outcome != CallOutcome.Rejected)], SearchStepsMax) == RegisterVerdict.Violated);
}
