using Consensus.Engine;

namespace Consensus.Storage.Log;

/// <summary>
/// Where the replicated log ends. Right after a truncation only the index is known, because the log keeps no entries in memory; the
/// entry that follows brings term and chain hash with it.
/// </summary>
internal readonly record struct LogTail(LogPosition Position, bool IsKnown)
{
    public static LogTail Origin => new(LogPosition.Origin, IsKnown: true);

    public LogIndex Index => Position.Index;

    public static LogTail At(LogIndex index) =>
        index == LogIndex.Zero ? Origin : new LogTail(new LogPosition(index, default, default), IsKnown: false);

    /// <summary>The end after one more record.</summary>
    public LogTail After(in LogRecord record) => record.Kind switch
    {
        LogRecordKind.Entry or LogRecordKind.Base =>
            new LogTail(new LogPosition(record.Entry.Index, record.Entry.Term, record.Entry.Chain), IsKnown: true),
        LogRecordKind.Truncate => At(record.Entry.Index - 1),
        LogRecordKind.Slot => this,
    };
}
