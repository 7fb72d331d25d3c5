namespace Consensus.Client;

/// <summary>How a get ended.</summary>
/// <param name="Refusal">Why the query was not answered, if it was not.</param>
/// <param name="Rejection">Why the key-value machine rejected it, if it did.</param>
/// <param name="Index">The log entry whose state the answer shows.</param>
/// <param name="IsFound">Whether the key has a value.</param>
/// <param name="Version">The log entry that set it; zero if there is none.</param>
/// <param name="Value">The value; belongs to the caller.</param>
/// <param name="Detail">A sentence for people; empty if it was answered.</param>
public readonly record struct ReadResult(
    RefusalReason Refusal, KeyValueRejection Rejection, LogIndex Index, bool IsFound, LogIndex Version, ReadOnlyMemory<byte> Value, string Detail)
{
    /// <summary>Whether the query was answered, with or without a value.</summary>
    public bool IsAnswered => Refusal == RefusalReason.None && Rejection == KeyValueRejection.None;
}
