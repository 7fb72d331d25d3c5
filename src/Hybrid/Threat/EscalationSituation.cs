using Consensus.Engine;

namespace Consensus.Hybrid.Threat;

/// <summary>All that <see cref="EscalationPolicy"/> looks at.</summary>
internal sealed record EscalationSituation
{
    /// <summary>The time.</summary>
    public required Ticks Now { get; init; }

    /// <summary>Whether the running engine tolerates Byzantine faults.</summary>
    public required bool IsByzantine { get; init; }

    /// <summary>When the present epoch began.</summary>
    public required Ticks EpochBegan { get; init; }

    /// <summary>The agreed level, not one replica's own.</summary>
    public required AgreedThreat Threat { get; init; }

    /// <summary>The course of the agreed levels in this epoch, up to now.</summary>
    public required ThreatCourse Course { get; init; }

    /// <summary>Whether evidence against a present member has been seen, however long ago.</summary>
    public bool HasConvicted { get; init; }

    /// <summary>When an operator has last approved of a return; <see langword="null"/> if none has. It is void once something has happened since, and in the next epoch.</summary>
    public Ticks? ApprovedAt { get; init; }

    /// <summary>When there were switches, in any order; older ones than an hour do not matter.</summary>
    public IReadOnlyList<Ticks> Switches { get; init; } = [];
}
