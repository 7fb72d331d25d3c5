namespace Consensus.Client;

/// <summary>How a scan ended.</summary>
/// <param name="Refusal">Why the query was not answered, if it was not.</param>
/// <param name="Rejection">Why the key-value machine rejected it, if it did.</param>
/// <param name="Index">The log entry whose state the answer shows.</param>
/// <param name="Entries">The entries in ordinal order of their keys; they belong to the caller.</param>
/// <param name="HasMore">Whether more follow: ask again with the last key as <c>after</c>.</param>
/// <param name="Detail">A sentence for people; empty if it was answered.</param>
public readonly record struct ScanResult(
    RefusalReason Refusal, KeyValueRejection Rejection, LogIndex Index, IReadOnlyList<KeyValueEntry> Entries, bool HasMore, string Detail)
{
    /// <summary>Whether the query was answered.</summary>
    public bool IsAnswered => Refusal == RefusalReason.None && Rejection == KeyValueRejection.None;
}
