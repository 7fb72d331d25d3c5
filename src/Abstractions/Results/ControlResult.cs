namespace Consensus;

/// <summary>How a membership change or a transfer of leadership ended.</summary>
/// <param name="Refusal"><see cref="RefusalReason.None"/> if it took effect, else why not.</param>
/// <param name="Detail">A sentence for people; empty if it took effect.</param>
public readonly record struct ControlResult(RefusalReason Refusal, string Detail)
{
    /// <summary>It took effect.</summary>
    public static ControlResult Done => new(RefusalReason.None, "");

    /// <summary>Whether it took effect.</summary>
    public bool IsDone => Refusal == RefusalReason.None;
}
