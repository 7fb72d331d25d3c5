namespace Consensus;

/// <summary>How a proposal ended.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Index">The entry's position in the log, if it was committed.</param>
/// <param name="Result">The state machine's answer in its own encoding, if it was committed. The memory belongs to the caller.</param>
/// <param name="Refusal">Why the group refused it, if it did.</param>
public readonly record struct ProposeResult(ProposeStatus Status, LogIndex Index, ReadOnlyMemory<byte> Result, RefusalReason Refusal)
{
    /// <summary>The proof of the commit, or why this replica has none; <see langword="null"/> if it was not asked for (<see cref="ProposeOptions.Prove"/>), or nothing was committed.</summary>
    public ProofResult? Proof { get; init; }

    /// <summary>Whether the command was committed and took effect.</summary>
    public bool IsApplied => Status == ProposeStatus.Applied;

    /// <summary>A proposal that the group did not accept.</summary>
    public static ProposeResult Refused(RefusalReason reason) => new(ProposeStatus.Refused, LogIndex.Zero, default, reason);

    /// <summary>A proposal whose outcome is not known.</summary>
    public static ProposeResult Unknown(RefusalReason reason) => new(ProposeStatus.Unknown, LogIndex.Zero, default, reason);
}
