namespace Consensus.Storage.Reconciliation;

/// <summary>A row of the <see cref="ReconciliationTable"/>.</summary>
/// <param name="Case">What it is called.</param>
/// <param name="Relations">Where the newest whole snapshot lies.</param>
/// <param name="LogIsWhole">Whether the log begins with the first entry; <see langword="null"/>: either.</param>
/// <param name="NewerIsDamaged">Whether a newer snapshot is damaged; <see langword="null"/>: either.</param>
/// <param name="Action">What is done.</param>
internal sealed record ReconciliationRow(
    ReconciliationCase Case,
    SnapshotRelation[] Relations,
    bool? LogIsWhole,
    bool? NewerIsDamaged,
    ReconciliationAction Action)
{
    public bool Matches(SnapshotRelation relation, bool logIsWhole, bool newerIsDamaged) =>
        Relations.Contains(relation)
        && (LogIsWhole is null || LogIsWhole == logIsWhole)
        && (NewerIsDamaged is null || NewerIsDamaged == newerIsDamaged);
}
