namespace Consensus;

/// <summary>How a query ended.</summary>
/// <param name="Refusal"><see cref="RefusalReason.None"/> if it was answered, else why not.</param>
/// <param name="Index">The entry whose state the answer shows.</param>
/// <param name="Result">The state machine's answer in its own encoding. The memory belongs to the caller.</param>
public readonly record struct QueryResult(RefusalReason Refusal, LogIndex Index, ReadOnlyMemory<byte> Result)
{
    /// <summary>Whether the query was answered.</summary>
    public bool IsAnswered => Refusal == RefusalReason.None;
}
