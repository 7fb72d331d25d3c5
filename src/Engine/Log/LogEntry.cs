namespace Consensus.Engine;

/// <summary>One entry of the replicated log.</summary>
/// <param name="Index">Its position.</param>
/// <param name="Term">The term (or view) in which it was proposed.</param>
/// <param name="Kind">What it carries.</param>
/// <param name="Time">The leader's wall clock at the proposal.</param>
/// <param name="Payload">What it carries, in bytes.</param>
/// <param name="Chain">The hash of this entry and, through its predecessor's, of the whole log up to it.</param>
public readonly record struct LogEntry(LogIndex Index, Term Term, EntryKind Kind, Timestamp Time, ReadOnlyMemory<byte> Payload, Digest Chain)
{
    /// <summary>What an entry takes beside its payload, in the log and in messages: at most so much. Whoever bounds bytes counts it.</summary>
    public const int OverheadBytes = 80;
}
