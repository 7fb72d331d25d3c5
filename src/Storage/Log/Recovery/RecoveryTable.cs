using System.Collections.Immutable;

namespace Consensus.Storage.Log;

/// <summary>
/// The table that decides what is done with each segment when a log is opened. Every combination of findings matches exactly one row; a
/// test goes through all of them.
/// </summary>
/// <remarks>
/// What makes the rows for torn tails sound: a batch is written only after the flush of the one before has returned, and a segment is
/// written to only after all of its predecessor, its own header and its name are durable. So a crash can leave at most one unfinished
/// batch, and nothing was ever written after it.
/// </remarks>
internal static class RecoveryTable
{
    /// <summary>What the creation of a segment may leave if it is interrupted; and rot, and somebody's hand.</summary>
    private const HeaderFinding Incomplete = HeaderFinding.Unwritten | HeaderFinding.Damaged | HeaderFinding.Shortened;

    private const PlaceFinding NothingWrittenAfter = PlaceFinding.Newest | PlaceFinding.BlankAfter;

    private const string Restore =
        "Acknowledged records may be lost, so this replica must not vote: restore the data folder from a backup made since, or remove "
        + "the replica from the group and add it again with a new id and an empty folder. Do not delete or edit the file.";

    public static readonly ImmutableArray<RecoveryRule> Rules =
    [
        new("newer format", HeaderFinding.Newer, ContentFinding.Any, PlaceFinding.Any, LinkFinding.Any, RecoveryVerdict.RefuseForeign,
            $"{FormatVersion.Advice}; only then: {Restore}"),
        new("log of another replica", HeaderFinding.Foreign, ContentFinding.Any, PlaceFinding.Any, LinkFinding.Any, RecoveryVerdict.RefuseForeign,
            "Configure the folder, the cluster and the node that belong together."),
        new("file under another name", HeaderFinding.Misnamed, ContentFinding.Any, PlaceFinding.Any, LinkFinding.Any, RecoveryVerdict.RefuseCorrupt,
            "The file was renamed or copied: give each segment its own name back."),
        new("unfinished creation", Incomplete, ContentFinding.Blank, PlaceFinding.Newest, LinkFinding.Follows, RecoveryVerdict.Discard),
        new("incomplete segment before others", Incomplete, ContentFinding.Blank, PlaceFinding.BlankAfter | PlaceFinding.WrittenAfter, LinkFinding.Follows, RecoveryVerdict.RefuseCorrupt, Restore),
        new("incomplete segment with content", Incomplete, ContentFinding.Whole | ContentFinding.DamagedTail | ContentFinding.DamagedMiddle, PlaceFinding.Any, LinkFinding.Follows, RecoveryVerdict.RefuseCorrupt, Restore),
        new("missing segment", HeaderFinding.Valid | Incomplete, ContentFinding.Any, PlaceFinding.Any, LinkFinding.FileMissing, RecoveryVerdict.RefuseCorrupt,
            "A segment before this one is missing; put it back. " + Restore),
        new("missing records", HeaderFinding.Valid | Incomplete, ContentFinding.Any, PlaceFinding.Any, LinkFinding.RecordsMissing, RecoveryVerdict.RefuseCorrupt, Restore),
        new("unused segment", HeaderFinding.Valid, ContentFinding.Blank, NothingWrittenAfter, LinkFinding.Follows, RecoveryVerdict.Unused),
        new("blank segment before a written one", HeaderFinding.Valid, ContentFinding.Blank, PlaceFinding.WrittenAfter, LinkFinding.Follows, RecoveryVerdict.RefuseCorrupt, Restore),
        new("whole segment", HeaderFinding.Valid, ContentFinding.Whole, PlaceFinding.Any, LinkFinding.Follows, RecoveryVerdict.Replay),
        new("torn tail", HeaderFinding.Valid, ContentFinding.DamagedTail, NothingWrittenAfter, LinkFinding.Follows, RecoveryVerdict.CutTail),
        new("damaged tail before a written segment", HeaderFinding.Valid, ContentFinding.DamagedTail, PlaceFinding.WrittenAfter, LinkFinding.Follows, RecoveryVerdict.RefuseCorrupt, Restore),
        new("damage in the middle", HeaderFinding.Valid, ContentFinding.DamagedMiddle, PlaceFinding.Any, LinkFinding.Follows, RecoveryVerdict.RefuseCorrupt, Restore),
    ];

    /// <summary>The row for a segment.</summary>
    public static RecoveryRule Judge(SegmentFindings findings) => Rules.Single(rule => rule.Matches(findings));
}
