namespace Consensus;

/// <summary>How a membership change, a transfer of leadership or an order to end the epoch ended.</summary>
/// <param name="Refusal">
/// <see cref="RefusalReason.None"/> if it took effect, else why not. With <see cref="RefusalReason.TimedOut"/> nobody knows whether it did, or still
/// will: the status tells. With all others it did not.
/// </param>
/// <param name="Detail">A sentence for people; empty if it took effect just now.</param>
public readonly record struct ControlResult(RefusalReason Refusal, string Detail)
{
    /// <summary>It took effect.</summary>
    public static ControlResult Done => new(RefusalReason.None, "");

    /// <summary>It is in effect, and was before.</summary>
    public static ControlResult DoneBefore => new(RefusalReason.None, "It was so already; nothing was changed.");

    /// <summary>Whether it took effect.</summary>
    public bool IsDone => Refusal == RefusalReason.None;
}
