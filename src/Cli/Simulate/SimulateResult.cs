using System.Text;
using Consensus.Cryptography;

namespace Consensus.Cli.Simulate;

/// <summary>What came out of a simulation, as scripts read it.</summary>
internal sealed record SimulateResult
{
    /// <summary>The engine.</summary>
    public required string Algorithm { get; init; }

    /// <summary>How many members groups had at the beginning.</summary>
    public required int Nodes { get; init; }

    /// <summary>The first seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How many consecutive seeds were run.</summary>
    public required int Runs { get; init; }

    /// <summary>The run's digest; of several runs, the BLAKE3 hash of their digests in the order of their seeds.</summary>
    public required string Digest { get; init; }

    /// <summary>How many operations clients began, in all runs.</summary>
    public required long Operations { get; init; }

    /// <summary>How many of them were answered by the state machine.</summary>
    public required long Committed { get; init; }

    /// <summary>How many messages nodes sent.</summary>
    public required long Messages { get; init; }

    /// <summary>How often groups have gone on with another engine, or with the same anew, in all runs.</summary>
    public required ulong Switches { get; init; }

    /// <summary>The same in the run that had fewest.</summary>
    public required ulong SwitchesMin { get; init; }

    /// <summary>How often each kind of fault struck, in all runs: also those that never did.</summary>
    public required IReadOnlyDictionary<string, int> Faults { get; init; }

    /// <summary>What must not be.</summary>
    public required IReadOnlyList<ViolationReport> Violations { get; init; }

    /// <summary>The virtual time of all runs together.</summary>
    public required double VirtualSeconds { get; init; }

    /// <summary>How long it took.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>The first failed run made small, as a test for NUnit, if that was asked for.</summary>
    public string? Shrunk { get; init; }

    /// <summary>Adds up what came out of the seeds.</summary>
    public static SimulateResult Of(SimulateOptions options, IReadOnlyList<SeedResult> seeds, TimeSpan elapsed)
    {
        var sorted = seeds.OrderBy(seed => seed.Seed).ToArray();
        var faults = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var kind in options.Faults.Kinds)
        {
            faults[kind.Name] = sorted.Sum(seed => seed.Faults.GetValueOrDefault(kind.Name));
        }

        return new SimulateResult
        {
            Algorithm = options.Protocol.Name,
            Nodes = options.Nodes,
            Seed = options.Seed,
            Runs = sorted.Length,
            Digest = sorted is [var only] ? only.Digest : Blake3.Hash(Encoding.ASCII.GetBytes(string.Concat(sorted.Select(seed => seed.Digest)))).ToString(),
            Operations = sorted.Sum(seed => seed.Operations),
            Committed = sorted.Sum(seed => seed.Committed),
            Messages = sorted.Sum(seed => seed.Messages),
            Switches = sorted.Aggregate(0UL, (sum, seed) => sum + seed.Switches),
            SwitchesMin = sorted.Min(seed => seed.Switches),
            Faults = faults,
            Violations = [.. sorted.SelectMany(seed => seed.Violations)],
            VirtualSeconds = Math.Round(sorted.Sum(seed => seed.VirtualSeconds), 3),
            WallSeconds = Math.Round(elapsed.TotalSeconds, 3),
        };
    }
}
