using System.Globalization;
using Consensus.Simulation;

namespace Consensus.Cli.Simulate;

/// <summary>What a simulation was asked for.</summary>
internal sealed record SimulateOptions
{
    /// <summary>What the replicas run.</summary>
    public required SimulatedProtocol Protocol { get; init; }

    /// <summary>How many members groups have at the beginning.</summary>
    public required int Nodes { get; init; }

    /// <summary>The first seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How many consecutive seeds.</summary>
    public required int Runs { get; init; }

    /// <summary>How long faults and load last, in virtual time.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Which faults there may be.</summary>
    public required FaultSet Faults { get; init; }

    /// <summary>Whether faults may destroy more than the engine promises to survive.</summary>
    public required bool IsUnsafe { get; init; }

    /// <summary>Whether leaders answer reads from their leases.</summary>
    public required bool HasLeases { get; init; }

    /// <summary>How many processes share the seeds.</summary>
    public required int Jobs { get; init; }

    /// <summary>Where histories go; with several runs, one file for each, with its seed before the extension.</summary>
    public required string? History { get; init; }

    /// <summary>Where traces go, in the same way.</summary>
    public required string? Trace { get; init; }

    /// <summary>Whether the first failed run is shrunk.</summary>
    public required bool Shrink { get; init; }

    /// <summary>All seeds.</summary>
    public IEnumerable<ulong> Seeds => Enumerable.Range(0, Runs).Select(run => Seed + (ulong)run);

    /// <summary>The simulator that runs them.</summary>
    public Simulator ToSimulator()
    {
        var simulator = new Simulator().WithProtocol(Protocol).WithNodes(Nodes).WithDuration(Duration).WithFaults(Faults);
        simulator = HasLeases ? simulator.WithLeases() : simulator;
        return IsUnsafe ? simulator.Unsafe() : simulator;
    }

    /// <summary>A run's own file.</summary>
    public string? FileOf(string? path, ulong seed) => path is null || Runs == 1
        ? path
        : Path.Join(Path.GetDirectoryName(path), string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(path)}-{seed}{Path.GetExtension(path)}"));
}
