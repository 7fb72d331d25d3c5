using System.Globalization;

namespace Consensus.Simulation;

/// <summary>A run that a failed one was shrunk to.</summary>
/// <param name="Simulator">What it is made of.</param>
/// <param name="Report">What came out of it.</param>
/// <param name="Attempts">How many runs it took to find it.</param>
public sealed record ShrunkRun(Simulator Simulator, SimulationReport Report, int Attempts)
{
    /// <summary>The run as a test for NUnit. Settings that have no text form (state machine, workload, engine) are left to be filled in.</summary>
    public string TestCase
    {
        get
        {
            var options = Simulator.Options;
            var clients = options.Clients.ToString(CultureInfo.InvariantCulture);
            var think = options.Client.ThinkTime.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture);
            var seconds = options.Duration.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            return $"""
                // {string.Join(Environment.NewLine + "// ", Report.Violations)}
                [Test]
                public void Seed_{Report.Seed}_stays_fixed() => new Simulator()
                    .WithNodes({Report.Nodes})
                    .WithClients({clients}, TimeSpan.FromMilliseconds({think}))
                    .WithFaults(FaultSet.Parse("{Report.Faults}"))
                    .WithDuration(TimeSpan.FromSeconds({seconds})){(Report.HasLeases ? Environment.NewLine + "    .WithLeases()" : "")}{(Report.IsUnsafe ? Environment.NewLine + "    .Unsafe()" : "")}
                    .Run(seed: {Report.Seed})
                    .ThrowIfViolated();
                """;
        }
    }
}
