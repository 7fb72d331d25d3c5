using Consensus.Simulation;

namespace Consensus.Cli.Simulate;

/// <summary>What came out of one seed. Processes that share seeds tell each other in this form, a line for each.</summary>
internal sealed record SeedResult
{
    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The digest of everything that happened.</summary>
    public required string Digest { get; init; }

    /// <summary>How many operations clients began.</summary>
    public required long Operations { get; init; }

    /// <summary>How many of them were answered by the state machine.</summary>
    public required long Committed { get; init; }

    /// <summary>How many messages nodes sent.</summary>
    public required long Messages { get; init; }

    /// <summary>How often the group has gone on with another engine, or with the same anew.</summary>
    public required ulong Switches { get; init; }

    /// <summary>How often each kind of fault struck.</summary>
    public required IReadOnlyDictionary<string, int> Faults { get; init; }

    /// <summary>What must not be.</summary>
    public required IReadOnlyList<ViolationReport> Violations { get; init; }

    /// <summary>How much virtual time the run took.</summary>
    public required double VirtualSeconds { get; init; }

    /// <summary>How much time it took.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>Sums up a run.</summary>
    public static SeedResult Of(SimulationReport report, TimeSpan elapsed) => new()
    {
        Seed = report.Seed,
        Digest = report.Digest.ToString(),
        Operations = report.Operations,
        Committed = report.Committed,
        Messages = report.Messages,
        Switches = report.Switches,
        Faults = report.Strikes,
        Violations = [.. report.Violations.Select(violation => new ViolationReport(
            violation.Checker, violation.Description, Math.Round(violation.At.TotalSeconds, 7), report.Seed, report.ReplayLine))],
        VirtualSeconds = Math.Round(report.VirtualTime.TotalSeconds, 3),
        WallSeconds = Math.Round(elapsed.TotalSeconds, 3),
    };
}
