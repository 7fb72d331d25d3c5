namespace Consensus.Simulation;

/// <summary>A run has violated what must hold.</summary>
public sealed class SimulationFailedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="report">The run's report.</param>
    public SimulationFailedException(SimulationReport report)
        : base($"Seed {report.Seed}: {string.Join(Environment.NewLine, report.Violations)}{Environment.NewLine}Run it again: new Simulator() with the same settings, .Run({report.Seed}); or {report.ReplayLine}") =>
        Report = report;

    /// <summary>The run's report.</summary>
    public SimulationReport Report { get; }
}
