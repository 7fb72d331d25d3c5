namespace Consensus.Hybrid.Tests.Model;

/// <summary>The rules of the epoch that Raft runs, and of its end; each can be left out, to see that it is needed.</summary>
internal sealed record Rules
{
    public static Rules Right { get; } = new();

    /// <summary>How many of the four decide: ⌈(n + f + 1) / 2⌉.</summary>
    public int Quorum { get; init; } = 3;

    /// <summary>Whoever has sealed the epoch acknowledges nothing in it, and votes for nobody.</summary>
    public bool SealedStaysSealed { get; init; } = true;

    /// <summary>Nothing behind a seal is applied.</summary>
    public bool AppliesOnlyToSeal { get; init; } = true;

    /// <summary>A replica signs what its state is, and not what its log might become.</summary>
    public bool SignsOnlyApplied { get; init; } = true;

    /// <summary>What was applied is not overwritten, whatever a leader sends.</summary>
    public bool KeepsApplied { get; init; } = true;

    /// <summary>A floor's certificate counts when a quorum has it on disk, and not when there is one.</summary>
    public bool CountsFloorWhenHeld { get; init; } = true;

    /// <summary>A floor's certificate stays on disk, whatever becomes of the log: it is no part of it.</summary>
    public bool FloorOutlivesLog { get; init; } = true;

    /// <summary>The next epoch begins no lower than the highest floor that is reported.</summary>
    public bool BeginsAboveFloor { get; init; } = true;

    /// <summary>How many of those who report must have an entry for the next epoch to begin behind it: f + 1.</summary>
    public int Holders { get; init; } = 2;

    /// <summary>What lies behind a seal in the log that is chosen is no part of it.</summary>
    public bool CutsAtSeal { get; init; } = true;
}
