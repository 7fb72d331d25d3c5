using System.Text.Json;
using Consensus.Simulation.Runs;

namespace Consensus.Museum.Tests;

/// <summary>Runs an exhibit's seeds. Called in an assembly load of its own, whose production code has the exhibit's bug, or none.</summary>
internal static class Guide
{
    /// <summary>Runs seeds until the first violation.</summary>
    /// <param name="exhibit">The exhibit's name.</param>
    /// <param name="first">The first seed.</param>
    /// <param name="count">How many seeds at most.</param>
    /// <returns>A <see cref="Finding"/> as JSON.</returns>
    public static string Look(string exhibit, ulong first, int count) => JsonSerializer.Serialize(Look(Catalogue.Find(exhibit), first, count));

    public static Finding Look(Exhibit exhibit, ulong first, int count)
    {
        var calls = 0L;
        for (var seed = first; seed < first + (ulong)count; seed++)
        {
            var run = new SimulationRun(seed, exhibit.Conditions());
            run.Run();
            calls += run.History.Succeeded;
            if (run.World.Violations is [var violation, ..])
            {
                return new Finding(seed, violation.Checker, violation.Description, calls);
            }
        }

        return new Finding(0, "", "", calls);
    }
}
