using Consensus.Engine;

namespace Consensus.Storage.Log;

/// <summary>Opens a log: scan, judge each segment by <see cref="RecoveryTable"/>, replay, repair.</summary>
internal static class LogRecovery
{
    public static (LogWriter Writer, RecoveredLog Recovered) Run(SegmentStore store, ReplicaIdentity identity, WriteAheadLogOptions options)
    {
        var judged = Judge(SegmentScanner.ScanFolder(store, identity));
        if (!judged.Exists(segment => segment.Verdict != RecoveryVerdict.Discard))
        {
            throw new ConsensusException(
                ConsensusFailure.StorageCorrupt,
                $"{store.Directory}: there is no write-ahead log. If the replica ran before, its data is lost: remove it from the group and add it again with a new id.");
        }

        var replay = new LogReplay();
        TornTail? torn = null;
        foreach (var (scan, verdict) in judged)
        {
            replay.Take(scan);
            if (verdict == RecoveryVerdict.CutTail)
            {
                torn = new TornTail(scan.Path, scan.End, scan.DirtyEnd - scan.End, scan.Damage);
            }
        }

        // Nothing on the disk is changed before all of it has been read and accepted.
        var recovered = replay.End(store.Directory, torn);
        var state = new LogState();
        state.Restore(recovered.LastLsn, replay.Tail, recovered.Slots);
        return (new LogRepair(store, options).Run(judged, state), recovered);
    }

    private static List<(SegmentScan Scan, RecoveryVerdict Verdict)> Judge(IReadOnlyList<SegmentScan> scans)
    {
        var judged = new List<(SegmentScan, RecoveryVerdict)>();
        for (var i = 0; i < scans.Count; i++)
        {
            var scan = scans[i];
            var findings = new SegmentFindings(scan.Header, scan.Content, PlaceOf(scans, i), LinkOf(scans, i));
            var rule = RecoveryTable.Judge(findings);
            switch (rule.Verdict)
            {
                case RecoveryVerdict.RefuseCorrupt:
                    throw Refusal(ConsensusFailure.StorageCorrupt, scan, findings, rule);
                case RecoveryVerdict.RefuseForeign:
                    throw Refusal(ConsensusFailure.StorageForeign, scan, findings, rule);
                case RecoveryVerdict.Replay or RecoveryVerdict.CutTail or RecoveryVerdict.Unused or RecoveryVerdict.Discard:
                    judged.Add((scan, rule.Verdict));
                    break;
            }
        }

        return judged;
    }

    private static PlaceFinding PlaceOf(IReadOnlyList<SegmentScan> scans, int i)
    {
        var later = scans.Skip(i + 1);
        return i == scans.Count - 1 ? PlaceFinding.Newest
            : later.Any(scan => scan.Content != ContentFinding.Blank) ? PlaceFinding.WrittenAfter
            : PlaceFinding.BlankAfter;
    }

    private static LinkFinding LinkOf(IReadOnlyList<SegmentScan> scans, int i)
    {
        var scan = scans[i];
        if (i > 0 && scan.Number != scans[i - 1].Number + 1)
        {
            return LinkFinding.FileMissing;
        }

        if (scan.Checkpoint is not { } checkpoint)
        {
            return i > 0 || scan.Number == 1 ? LinkFinding.Follows : LinkFinding.RecordsMissing;
        }

        var begins = scan.Number == 1 ? Lsn.Zero
            : i == 0 ? checkpoint.LastLsn
            : new Lsn(scans[i - 1].NextLsn.Value - Math.Min(1, scans[i - 1].NextLsn.Value));

        // If the segment before is damaged or blank, the row for that one decides first.
        return checkpoint.LastLsn == begins ? LinkFinding.Follows : LinkFinding.RecordsMissing;
    }

    private static ConsensusException Refusal(ConsensusFailure failure, SegmentScan scan, SegmentFindings findings, RecoveryRule rule)
    {
        var what = findings.Link switch
        {
            LinkFinding.FileMissing => $"there is no segment {scan.Number - 1}, but older ones",
            LinkFinding.RecordsMissing => scan.Checkpoint is { } checkpoint
                ? $"the segment follows record {checkpoint.LastLsn}, where the one before does not end"
                : "the segment holds no records, and there is none before it",
            _ when scan.Damage.Length > 0 => scan.Damage,
            _ => "the segment is blank, but later ones are not",
        };
        return new ConsensusException(failure, $"{scan.Path}, offset {scan.DamageOffset}: {rule.Name}: {what}. {rule.Advice}");
    }
}
