using System.Diagnostics.CodeAnalysis;
using Consensus.Engine;

namespace Consensus.Gossip.Dissemination;

/// <summary>
/// Which rumours were heard, so that none is delivered twice, and the newest of them whole, for those who ask. A rumour is forgotten when it is so old that nobody would take it any more: never before, whatever comes, for what is
/// forgotten while it still travels would be told for ever.
/// </summary>
internal sealed class KnownRumours(DisseminationOptions options)
{
    // Longer than any member takes a rumour: however its clock differs.
    private readonly TimeSpan _remembered = options.AgeMax + options.AheadMax + options.AheadMax;
    private readonly Dictionary<RumourId, Entry> _rumours = [];
    private readonly Queue<(RumourId Id, Ticks At)> _heard = new();
    private readonly Queue<RumourId> _kept = new();
    private long _keptBytes;

    /// <summary>Whether no others can be taken for now.</summary>
    public bool IsFull => _rumours.Count >= options.KnownMax;

    /// <summary>How many are remembered.</summary>
    public int Count => _rumours.Count;

    /// <summary>When the oldest is forgotten.</summary>
    public Ticks ForgetsAt => _heard.TryPeek(out var oldest) ? oldest.At + _remembered : Ticks.Never;

    /// <summary>Those that are kept whole, the oldest first.</summary>
    public IEnumerable<RumourId> Kept => _kept;

    /// <summary>Whether a rumour was heard.</summary>
    public bool Contains(RumourId id) => _rumours.ContainsKey(id);

    /// <summary>A rumour, if it is still kept.</summary>
    public bool TryFind(RumourId id, [NotNullWhen(true)] out Rumour? rumour)
    {
        rumour = _rumours.TryGetValue(id, out var entry) ? entry.Rumour : null;
        return rumour is not null;
    }

    /// <summary>Those that were told first within some time, as their origins' clocks show: the same ones at all nodes that have heard of all.</summary>
    public IEnumerable<RumourId> Within(TimeWindow window)
    {
        foreach (var (id, entry) in _rumours)
        {
            if (window.Contains(entry.Time))
            {
                yield return id;
            }
        }
    }

    /// <summary>Remembers one that was not known.</summary>
    public void Add(Rumour rumour, Ticks now)
    {
        Invariant.Holds(!IsFull && _rumours.TryAdd(rumour.Id, new Entry(rumour.Time, rumour)), "a rumour is remembered once, and where there is room");
        _heard.Enqueue((rumour.Id, now));
        _kept.Enqueue(rumour.Id);
        _keptBytes += rumour.Cost;
        while (_keptBytes > options.KeptBytesMax && _kept.Count > 1)
        {
            Drop(_kept.Dequeue());
        }
    }

    /// <summary>Forgets those that nobody takes any more.</summary>
    public void Forget(Ticks now)
    {
        while (_heard.TryPeek(out var oldest) && oldest.At + _remembered <= now)
        {
            _heard.Dequeue();
            if (_kept.TryPeek(out var kept) && kept == oldest.Id)
            {
                Drop(_kept.Dequeue());
            }

            _rumours.Remove(oldest.Id);
        }
    }

    private void Drop(RumourId id)
    {
        var entry = _rumours[id];
        _keptBytes -= entry.Rumour!.Cost;
        _rumours[id] = entry with { Rumour = null };
    }

    private readonly record struct Entry(Timestamp Time, Rumour? Rumour);
}
