using Consensus.Engine;
using static Consensus.Storage.Reconciliation.ReconciliationAction;
using static Consensus.Storage.Reconciliation.ReconciliationCase;
using static Consensus.Storage.Reconciliation.SnapshotRelation;

namespace Consensus.Storage.Reconciliation;

/// <summary>Every way in which the newest whole snapshot and the log can belong together, and what is done about it.</summary>
/// <remarks>
/// <para>
/// The rule behind the rows: what a replica has acknowledged is in its log, or lies before the log's base. An acknowledgement of a
/// received snapshot leaves only after the log's new base is durable. So a damaged newest snapshot is no loss if the log still goes on from
/// something whole (<see cref="FellBackToOlderSnapshot"/>, <see cref="FellBackToLog"/>), and a snapshot that is ahead of the log was not
/// acknowledged yet; but if the log begins after everything that is whole, acknowledged entries are gone, and only the other replicas have them.
/// </para>
/// <para>
/// Snapshots cover only what the group has decided for. Entries of the log that contradict one were never decided, and are void.
/// </para>
/// </remarks>
internal static class ReconciliationTable
{
    public static IReadOnlyList<ReconciliationRow> Rows { get; } =
    [
        //  Case                     newest whole snapshot                     log whole  newer damaged  action
        new(LogAlone,                [SnapshotRelation.None],                  true,      false,         Keep),
        new(FellBackToLog,           [SnapshotRelation.None],                  true,      true,          Keep),
        new(SnapshotMissing,         [SnapshotRelation.None],                  false,     false,         Refuse),
        new(SnapshotDamaged,         [SnapshotRelation.None, BeforeBase],      false,     true,          Refuse),
        new(SnapshotTooOld,          [BeforeBase],                             false,     false,         Refuse),
        new(SnapshotAndLog,          [AtBaseSame],                             false,     false,         Keep),
        new(SnapshotAndLog,          [InsideSame],                             null,      false,         Keep),
        new(FellBackToOlderSnapshot, [AtBaseSame],                             false,     true,          Keep),
        new(FellBackToOlderSnapshot, [InsideSame],                             null,      true,          Keep),
        new(SnapshotAhead,           [BeyondEnd],                              null,      null,          Rebase),
        new(SnapshotReplacesLog,     [InsideOther],                            null,      null,          Rebase),
        new(Contradiction,           [AtBaseOther],                            false,     null,          Refuse),

        // A snapshot covers at least one entry, so it cannot lie at or before the beginning of a whole log.
        new(Contradiction,           [BeforeBase, AtBaseSame, AtBaseOther],    true,      null,          Refuse),
    ];

    /// <summary>Where a snapshot lies, seen from a log.</summary>
    /// <param name="snapshot">What the snapshot covers; <see langword="null"/> without one.</param>
    /// <param name="logBase">The point after which the log begins.</param>
    /// <param name="entries">The log's entries, without a gap.</param>
    public static SnapshotRelation Relate(LogPosition? snapshot, LogPosition logBase, IReadOnlyList<LogEntry> entries)
    {
        if (snapshot is not { } position)
        {
            return SnapshotRelation.None;
        }

        if (position.Index < logBase.Index)
        {
            return BeforeBase;
        }

        if (position.Index == logBase.Index)
        {
            return position == logBase ? AtBaseSame : AtBaseOther;
        }

        var distance = position.Index - logBase.Index;
        if (distance > (ulong)entries.Count)
        {
            return BeyondEnd;
        }

        var entry = entries[(int)(distance - 1)];
        return new LogPosition(entry.Index, entry.Term, entry.Chain) == position ? InsideSame : InsideOther;
    }

    /// <summary>Finds the one row that matches.</summary>
    public static ReconciliationRow Find(SnapshotRelation relation, bool logIsWhole, bool newerIsDamaged) =>
        Rows.Single(row => row.Matches(relation, logIsWhole, newerIsDamaged));
}
