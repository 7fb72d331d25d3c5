using System.Globalization;

namespace Consensus.Simulation;

/// <summary>What came out of one run.</summary>
public sealed record SimulationReport
{
    /// <summary>The run's seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The engine's name.</summary>
    public required string Algorithm { get; init; }

    /// <summary>How many members the group had at the beginning.</summary>
    public required int Nodes { get; init; }

    /// <summary>How long faults and load lasted, in virtual time.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Which faults there could be.</summary>
    public required FaultSet Faults { get; init; }

    /// <summary>What <c>all</c> means among the names of faults: what the protocol survives.</summary>
    internal FaultSet AllFaults { get; init; } = FaultSet.All;

    /// <summary>Whether faults could destroy more than the engine promises to survive.</summary>
    public required bool IsUnsafe { get; init; }

    /// <summary>Whether leaders answered reads from their leases.</summary>
    public required bool HasLeases { get; init; }

    /// <summary>A digest of everything that happened, in its order: the same seed and settings give the same digest on every machine.</summary>
    public required Digest Digest { get; init; }

    /// <summary>How many operations clients began.</summary>
    public required long Operations { get; init; }

    /// <summary>How many of them were answered by the state machine.</summary>
    public required long Committed { get; init; }

    /// <summary>How many messages the nodes sent.</summary>
    public required long Messages { get; init; }

    /// <summary>How often the group has gone on with another engine, or with the same anew; 0 for protocols that have one.</summary>
    public required ulong Switches { get; init; }

    /// <summary>How often each kind of fault that took part has struck.</summary>
    public required IReadOnlyDictionary<string, int> Strikes { get; init; }

    /// <summary>What must not be. A run ends at the first.</summary>
    public required IReadOnlyList<Violation> Violations { get; init; }

    /// <summary>How much virtual time the run took.</summary>
    public required TimeSpan VirtualTime { get; init; }

    /// <summary>The command that runs the same again, for the machines that the tool knows.</summary>
    public string ReplayLine => string.Create(
        CultureInfo.InvariantCulture,
        $"consensus simulate --algorithm {Algorithm} --nodes {Nodes} --seed {Seed} --duration {Duration.TotalSeconds:0.###}s --faults {Faults.ToString(AllFaults)}{(HasLeases ? " --leases" : "")}{(IsUnsafe ? " --unsafe" : "")}");

    /// <summary>Does nothing after a good run.</summary>
    /// <exception cref="SimulationFailedException">Something was violated; the message says what, when, and how to run it again.</exception>
    public void ThrowIfViolated()
    {
        if (Violations.Count > 0)
        {
            throw new SimulationFailedException(this);
        }
    }
}
