using Consensus.Engine;
using Consensus.Storage.Reconciliation;
using Consensus.Storage.Tests.Snapshots;

namespace Consensus.Storage.Tests.Replica;

public sealed class ReconciliationTableTests
{
    [Test]
    public void Each_combination_matches_exactly_one_row()
    {
        var used = new HashSet<ReconciliationRow>();
        foreach (var (relation, logIsWhole, newerIsDamaged) in Combinations())
        {
            var rows = ReconciliationTable.Rows.Where(row => row.Matches(relation, logIsWhole, newerIsDamaged)).ToList();
            Assert.That(rows, Has.Count.EqualTo(1), $"{relation}, whole log: {logIsWhole}, newer damaged: {newerIsDamaged}");
            used.Add(rows[0]);
        }

        Assert.That(used, Has.Count.EqualTo(ReconciliationTable.Rows.Count), "each row is needed");
    }

    [Test]
    public void Each_case_has_one_action()
    {
        foreach (var rows in ReconciliationTable.Rows.GroupBy(row => row.Case))
        {
            Assert.That(rows.Select(row => row.Action).Distinct().Count(), Is.EqualTo(1), $"{rows.Key}");
        }

        Assert.That(ReconciliationTable.Rows.Select(row => row.Case).Distinct(), Is.EquivalentTo(Enum.GetValues<ReconciliationCase>()));
    }

    [Test]
    public void Nothing_is_begun_without_what_the_log_begins_after()
    {
        // The rule itself: if the log is not whole, something whole must lie at its base or after it.
        foreach (var (relation, logIsWhole, newerIsDamaged) in Combinations())
        {
            var action = ReconciliationTable.Find(relation, logIsWhole, newerIsDamaged).Action;
            if (!logIsWhole && relation is SnapshotRelation.None or SnapshotRelation.BeforeBase)
            {
                Assert.That(action, Is.EqualTo(ReconciliationAction.Refuse), $"{relation}");
            }
        }
    }

    [Test]
    public void A_snapshot_is_related_to_the_log_by_its_position()
    {
        var logBase = Samples.Position(10);
        LogEntry[] entries = [Entry(11), Entry(12)];
        Assert.That(Relate(null), Is.EqualTo(SnapshotRelation.None));
        Assert.That(Relate(Samples.Position(9)), Is.EqualTo(SnapshotRelation.BeforeBase));
        Assert.That(Relate(Samples.Position(10)), Is.EqualTo(SnapshotRelation.AtBaseSame));
        Assert.That(Relate(Samples.Position(10, 4)), Is.EqualTo(SnapshotRelation.AtBaseOther));
        Assert.That(Relate(Samples.Position(10) with { Chain = default }), Is.EqualTo(SnapshotRelation.AtBaseOther));
        Assert.That(Relate(Samples.Position(11)), Is.EqualTo(SnapshotRelation.InsideSame));
        Assert.That(Relate(Samples.Position(12)), Is.EqualTo(SnapshotRelation.InsideSame));
        Assert.That(Relate(Samples.Position(12, 4)), Is.EqualTo(SnapshotRelation.InsideOther));
        Assert.That(Relate(Samples.Position(12) with { Chain = default }), Is.EqualTo(SnapshotRelation.InsideOther));
        Assert.That(Relate(Samples.Position(13)), Is.EqualTo(SnapshotRelation.BeyondEnd));
        Assert.That(Relate(Samples.Position(ulong.MaxValue)), Is.EqualTo(SnapshotRelation.BeyondEnd));

        SnapshotRelation Relate(LogPosition? snapshot) => ReconciliationTable.Relate(snapshot, logBase, entries);
    }

    private static LogEntry Entry(ulong index)
    {
        var position = Samples.Position(index);
        return new LogEntry(position.Index, position.Term, EntryKind.NoOp, default, default, position.Chain);
    }

    private static IEnumerable<(SnapshotRelation Relation, bool LogIsWhole, bool NewerIsDamaged)> Combinations() =>
        from relation in Enum.GetValues<SnapshotRelation>()
        from logIsWhole in new[] { false, true }
        from newerIsDamaged in new[] { false, true }
        select (relation, logIsWhole, newerIsDamaged);
}
