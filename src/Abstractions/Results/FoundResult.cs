namespace Consensus;

/// <summary>What became of a request of a session, as far as this replica has applied it.</summary>
/// <param name="Refusal">
/// <see cref="RefusalReason.None"/> if it is known; <see cref="RefusalReason.NotHere"/>: nothing with that number has been applied here yet, or it is not kept any more;
/// <see cref="RefusalReason.RequestForgotten"/>: its session has acknowledged it.
/// </param>
/// <param name="Detail">The same in a sentence.</param>
/// <param name="Index">The entry at which it took effect, or was rejected.</param>
/// <param name="IsApplied">Whether the state machine applied it; otherwise it rejected it.</param>
/// <param name="Command">The command that was committed with that number, whoever sent it. The memory belongs to the caller.</param>
/// <param name="Result">The state machine's answer in its own encoding. The memory belongs to the caller.</param>
/// <param name="Reply">
/// The same, signed by this replica, as a text in UTF-8: <c>SignedReplyDocument</c> reads it. Whoever has the same from f+1 members need believe none of them (<c>ReplyTally</c>). The memory belongs to the caller.
/// </param>
public readonly record struct FoundResult(
    RefusalReason Refusal, string Detail, LogIndex Index, bool IsApplied, ReadOnlyMemory<byte> Command, ReadOnlyMemory<byte> Result, ReadOnlyMemory<byte> Reply)
{
    /// <summary>Whether it is known.</summary>
    public bool IsFound => Refusal == RefusalReason.None;

    /// <summary>It is not known.</summary>
    public static FoundResult Refused(RefusalReason reason, string detail) => new(reason, detail, LogIndex.Zero, IsApplied: false, default, default, default);
}
