using System.Collections.Immutable;
using Consensus.Gossip.Messages;
using Consensus.Gossip.State;

namespace Consensus.Gossip.Repair;

/// <summary>A step of an exchange as it is put together: as much as there is room for. What finds none is left to another exchange, which begins at that place.</summary>
/// <param name="bytesMax">How long the step may be.</param>
/// <param name="reserve">How much of that is for values, and for what is wanted: or a side that has said at length what it has could not send it any more.</param>
internal sealed class StepDraft(int bytesMax, int reserve)
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

    /// <summary>Where the first thing belongs that found no room; <see langword="null"/> if all did.</summary>
    public ulong? StoppedAt { get; private set; }

    public bool TryAdd(RangeFingerprints item) => Fits(_fingerprints.Count < FingerprintsMax, RepairWire.LengthOf(item), item.Range.Start, reserve) && Add(_fingerprints, item);

    public bool TryAdd(RangeList item) => Fits(_lists.Count < ListsMax, RepairWire.LengthOf(item), item.Range.Start, reserve) && Add(_lists, item);

    public bool TryAdd(RangeWants item) => Fits(hasPlace: true, RepairWire.LengthOf(item), item.Range.Start) && Add(_wants, item);

    /// <param name="value">The value; it is sent once.</param>
    /// <param name="place">The first 64 bits of its position.</param>
    public bool TryAdd(VersionedValue value, ulong place)
    {
        if (_sent.Contains(value.Position))
        {
            return true;
        }

        return Fits(hasPlace: true, RepairWire.LengthOf(value), place) && _sent.Add(value.Position) && Add(_values, value);
    }

    public RepairStep Finish(uint exchange, byte turn) =>
        new(exchange, turn, StoppedAt is not null, [.. _fingerprints.OrderBy(item => item.Range.Start)], [.. _lists.OrderBy(item => item.Range.Start)], [.. _wants.OrderBy(item => item.Range.Start)], [.. _values]);

    private static bool Add<T>(List<T> items, T item)
    {
        items.Add(item);
        return true;
    }

    private bool Fits(bool hasPlace, int length, ulong place, int leaving = 0)
    {
        if (!hasPlace || length > _bytesLeft - leaving)
        {
            StoppedAt ??= place;
            return false;
        }

        _bytesLeft -= length;
        return true;
    }
}
