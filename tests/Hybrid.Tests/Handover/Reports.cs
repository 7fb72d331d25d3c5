using Consensus.Hybrid.Tests.Epochs;

namespace Consensus.Hybrid.Tests.Handover;

/// <summary>What members report at the end of an epoch, and floors that they have. A log is written as the numbers of its entries' makers: two logs that begin alike have the same hashes there.</summary>
internal sealed class Reports(Group group)
{
    public EpochDescriptor Epoch => group.First;

    /// <summary>The report of a member with a log; from a floor on, if it has one.</summary>
    public EndReport Of(uint member, int[] log, int floor = 0, int[]? floorOf = null)
    {
        var epoch = group.Know(Epoch, member);
        var place = Place(floorOf ?? log, floor);
        var goesThrough = floor == 0 || (log.Length >= floor && Place(log, floor) == place);
        var entries = goesThrough ? Enumerable.Range(floor + 1, log.Length - floor).Select(index => new ReportedEntry(Place(log, index).Term, Place(log, index).Chain)).ToArray() : [];
        return EndReport.Make(epoch, group.Identity(member), floor == 0 ? null : Floor(place), entries);
    }

    public FloorCertificate Floor(LogPosition place, params uint[] signers)
    {
        var content = new FloorContent(place, default);
        return new FloorCertificate(content, group.Keys.Certify(group.Know(Epoch).Say(content), signers.Length == 0 ? [10, 20, 30] : signers));
    }

    /// <summary>The place of an entry in a log.</summary>
    public static LogPosition Place(int[] log, int index)
    {
        if (index == 0)
        {
            return LogPosition.Origin;
        }

        var bytes = new byte[index];
        for (var i = 0; i < index; i++)
        {
            bytes[i] = (byte)log[i];
        }

        return new LogPosition(new LogIndex((ulong)index), new Term((ulong)log[index - 1]), Blake3.Hash(bytes));
    }
}
