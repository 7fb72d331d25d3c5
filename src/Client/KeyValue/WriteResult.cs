namespace Consensus.Client;

/// <summary>How a put, delete or compare-and-swap ended.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Refusal">Why it was refused, or why the outcome is not known.</param>
/// <param name="Rejection">Why the key-value machine rejected it, if it did.</param>
/// <param name="Index">The command's position in the log, if it was committed.</param>
/// <param name="Existed">Whether the key had a value before the command.</param>
/// <param name="Version">The log entry that set the key's value as it is after the command; zero if there is none.</param>
/// <param name="Detail">A sentence for people; empty if it was applied.</param>
public readonly record struct WriteResult(
    ProposeStatus Status, RefusalReason Refusal, KeyValueRejection Rejection, LogIndex Index, bool Existed, LogIndex Version, string Detail)
{
    /// <summary>Who has signed the outcome, and who said otherwise; <see langword="null"/> without <see cref="ConsensusClientOptions.Trust"/>, or if no node was reached.</summary>
    public ReplyProof? Proof { get; init; }

    /// <summary>Whether the command was committed and took effect.</summary>
    public bool IsApplied => Status == ProposeStatus.Applied;
}
