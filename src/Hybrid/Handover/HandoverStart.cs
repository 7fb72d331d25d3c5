using Consensus.Engine;

namespace Consensus.Hybrid;

/// <summary>
/// Where what an epoch of Raft has committed may end, by the reports of a quorum: the last entry above the highest floor among them that f + 1 have (docs/hybrid.md; the model in tests/Hybrid.Tests).
/// </summary>
/// <remarks>
/// If replicas only crash: whatever a quorum has acknowledged, f + 1 of any quorum of reports have, and entries that f + 1 have lie in one log, for no later leader can be elected without one of them. If some lie: the floor is there, and one of the f + 1
/// does not lie, so everybody can fetch the entries.
/// </remarks>
internal static class HandoverStart
{
    /// <summary>The last entry that may be kept. A seal before it ends the epoch earlier.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="reports">The reports of <see cref="Cryptography.SignerSet.Quorum"/> members, each of which counts.</param>
    public static LogPosition Of(EpochDescriptor epoch, IReadOnlyCollection<EndReport> reports)
    {
        var floor = FloorOf(epoch, reports);
        var above = reports.Where(report => Find(report, epoch, floor.Index) == floor).ToList();
        var last = above.Count == 0 ? floor.Index : above.Max(report => report.BaseIn(epoch).Index + (ulong)report.Entries.Length);
        for (var index = last; index > floor.Index; index -= 1)
        {
            // Of two that as many have, any will do, as long as it is the same for all.
            var held = above.Select(report => Find(report, epoch, index)).Where(place => place is not null).GroupBy(place => place!.Value)
                .Where(alike => alike.Count() >= epoch.Members.WeakQuorum).Select(alike => alike.Key).OrderBy(place => place.Chain.ToString(), StringComparer.Ordinal).ToList();
            if (held.Count > 0)
            {
                return held[0];
            }
        }

        return floor;
    }

    /// <summary>The highest floor among the reports; the beginning of the epoch, if there is none.</summary>
    public static LogPosition FloorOf(EpochDescriptor epoch, IReadOnlyCollection<EndReport> reports) => reports.Select(report => report.BaseIn(epoch)).MaxBy(place => place.Index.Value);

    private static LogPosition? Find(EndReport report, EpochDescriptor epoch, LogIndex index)
    {
        var before = report.BaseIn(epoch);
        if (index == before.Index)
        {
            return before;
        }

        if (index < before.Index || index.Value - before.Index.Value > (ulong)report.Entries.Length)
        {
            return null;
        }

        var entry = report.Entries.Span[(int)(index.Value - before.Index.Value) - 1];
        return new LogPosition(index, entry.Term, entry.Chain);
    }
}
