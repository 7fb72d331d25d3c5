namespace Consensus.Client;

/// <summary>How a membership change, a transfer of leadership or an order to end the epoch ended.</summary>
/// <param name="Status">
/// <see cref="ProposeStatus.Applied"/>: it took effect. <see cref="ProposeStatus.Refused"/>: it had no effect, and will have none.
/// <see cref="ProposeStatus.Unknown"/>: it may take effect, or has; look at the status before asking again.
/// </param>
/// <param name="Refusal">Why it was refused, or why the outcome is not known.</param>
/// <param name="Detail">A sentence for people: why it took no effect, or that it was so before. Empty if it took effect just now.</param>
public readonly record struct ChangeResult(ProposeStatus Status, RefusalReason Refusal, string Detail)
{
    /// <summary>Whether it took effect.</summary>
    public bool IsDone => Status == ProposeStatus.Applied;
}
