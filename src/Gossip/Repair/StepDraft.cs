using Consensus.Gossip.Messages;
using Consensus.Gossip.State;

namespace Consensus.Gossip.Repair;

/// <summary>A step of an exchange as it is put together: as much as there is room for. What finds none is left to another exchange.</summary>
/// <param name="bytesMax">How long the step may be.</param>
/// <param name="reserve">How much of that is for wants and for wanted values: or a side that has said at length what it has could not send it any more.</param>
/// <param name="walk">Hears of what finds no room.</param>
internal sealed class StepDraft(int bytesMax, int reserve, RepairWalk walk)
{
    /// <summary>Of how many ranges' parts fingerprints are sent at once: each of them may bring as many again, sixteen times as many parts in the end.</summary>
    public const int FingerprintsMax = 512;

    /// <summary>How many ranges are listed at once.</summary>
    public const int ListsMax = 1_024;

    private readonly List<RangeFingerprints> _fingerprints = [];
    private readonly List<RangeList> _lists = [];
    private readonly List<RangeWants> _wants = [];
    private readonly List<VersionedValue> _values = [];
    private readonly HashSet<Digest> _sent = [];
    private int _bytesLeft = bytesMax - RepairWire.StepBytesMax;

    public bool TryAdd(RangeFingerprints item) => TryAdd(_fingerprints, item, FingerprintsMax, RepairWire.LengthOf(item), item.Range, reserve);

    public bool TryAdd(RangeList item) => TryAdd(_lists, item, ListsMax, RepairWire.LengthOf(item), item.Range, reserve);

    public bool TryAdd(RangeWants item) => TryAdd(_wants, item, int.MaxValue, RepairWire.LengthOf(item), item.Range, leaving: 0);

    /// <param name="value">The value; it is sent once.</param>
    public bool TryAdd(VersionedValue value)
    {
        if (_sent.Contains(value.Position))
        {
            return true;
        }

        // What this step still asks about comes before this value: what is wanted of that needs the room that is left then.
        var asks = _fingerprints.Count + _lists.Count > 0;
        if (!Fits(RepairWire.LengthOf(value), asks ? reserve : 0))
        {
            walk.StopAt(TrieNode.LeadingOf(value.Position));
            return false;
        }

        _values.Add(value);
        return _sent.Add(value.Position);
    }

    public RepairStep Finish(uint exchange, byte turn) =>
        new(exchange, turn, walk.StoppedAt, [.. _fingerprints.OrderBy(item => item.Range.Start)], [.. _lists.OrderBy(item => item.Range.Start)], [.. _wants.OrderBy(item => item.Range.Start)], [.. _values]);

    private bool TryAdd<T>(List<T> items, T item, int itemsMax, int length, KeyRange range, int leaving)
    {
        if (items.Count >= itemsMax || !Fits(length, leaving))
        {
            walk.Stop(range);
            return false;
        }

        items.Add(item);
        return true;
    }

    private bool Fits(int length, int leaving)
    {
        if (length > _bytesLeft - leaving)
        {
            return false;
        }

        _bytesLeft -= length;
        return true;
    }
}
