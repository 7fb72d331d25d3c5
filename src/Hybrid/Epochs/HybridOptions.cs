using Consensus.HotStuff;
using Consensus.Pbft;
using Consensus.Raft;

namespace Consensus.Hybrid;

/// <summary>The settings of the engines that follow each other: a member's own. Those that an operator has ordered for an epoch stand above them (<see cref="EpochSettings"/>).</summary>
public sealed record HybridOptions
{
    /// <summary>Raft's.</summary>
    /// <value>Its defaults. Reads by lease are not allowed: a lease of one epoch says nothing of the next.</value>
    public RaftOptions Raft { get; init; } = new();

    /// <summary>PBFT's.</summary>
    /// <value>Its defaults.</value>
    public PbftOptions Pbft { get; init; } = new();

    /// <summary>HotStuff's.</summary>
    /// <value>Its defaults.</value>
    public HotStuffOptions HotStuff { get; init; } = new();

    /// <summary>In an epoch of Raft: after how many entries replicas compare their states, and may take snapshots.</summary>
    /// <value>1,024; 1 to 1,000,000.</value>
    public int CheckpointEntries { get; init; } = 1024;

    /// <summary>In an epoch of Raft: how long commands wait at most until a place behind them is marked, up to which members certify what they have applied. What is certified survives members that lie.</summary>
    /// <value>100 ms; 1 ms to 1 min.</value>
    public TimeSpan FloorInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How what members see of each other becomes a level of threat. The same on all members.</summary>
    /// <value>Its defaults.</value>
    public ThreatOptions Threat { get; init; } = new();

    /// <summary>When a group may go back to Raft. The same on all members.</summary>
    /// <value>Its defaults.</value>
    public EscalationOptions Escalation { get; init; } = new();

    /// <summary>How far clocks may be wrong: as far as the engines that follow Raft allow it.</summary>
    internal TimeSpan ClockErrorMax => Pbft.ClockErrorMax > HotStuff.ClockErrorMax ? Pbft.ClockErrorMax : HotStuff.ClockErrorMax;

    /// <summary>Checks every setting that is not an engine's own.</summary>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        if (Raft.Reads == ReadMode.Lease)
        {
            problems.Add($"{nameof(Raft)}.{nameof(RaftOptions.Reads)} is {Raft.Reads}; allowed: {ReadMode.ReadIndex}, for a lease of one epoch says nothing of the next.");
        }

        if (CheckpointEntries is < 1 or > 1_000_000)
        {
            problems.Add($"{nameof(CheckpointEntries)} is {CheckpointEntries}; allowed: 1 to 1,000,000.");
        }

        if (FloorInterval < TimeSpan.FromMilliseconds(1) || FloorInterval > TimeSpan.FromMinutes(1))
        {
            problems.Add($"{nameof(FloorInterval)} is {DurationText.Format(FloorInterval)}; allowed: 1ms to 1min.");
        }

        problems.AddRange(Threat.Validate().Select(problem => $"{nameof(Threat)}.{problem}"));
        problems.AddRange(Escalation.Validate().Select(problem => $"{nameof(Escalation)}.{problem}"));
        return problems;
    }
}
