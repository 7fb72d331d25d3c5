using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid;

/// <summary>
/// Gets the entries that this replica lacks before the beginning of an epoch. What the last of them hashes to is known, so it does not matter who sends them: one member is asked until they are all here, and another one if they turn
/// out to be others, or do not come. Who sends others has altered them: it was told from where to where they must lead. Nor does it matter whether what is here already leads there: if nobody has entries that go from one place to the end, they are fetched from a lower place on.
/// </summary>
/// <param name="others">Who may be asked.</param>
internal sealed class EntryFetch(IReadOnlyList<NodeId> others)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private readonly EntryChain _chain = new();
    private readonly List<LogEntry> _entries = [];
    private IReadOnlyList<LogPosition> _places = [];
    private LogPosition _end;
    private int _asked = -1;
    private int _tries;

    /// <summary>When somebody else is asked.</summary>
    public Ticks Deadline { get; private set; } = Ticks.Never;

    /// <summary>Whether everybody was asked from each place on, and nobody had them.</summary>
    public bool IsHopeless => IsUnderWay && _tries > others.Count * _places.Count;

    /// <summary>Whether entries are being fetched.</summary>
    public bool IsUnderWay => Deadline != Ticks.Never;

    private LogPosition Last => _entries.Count == 0 ? _places[(_tries - 1) / others.Count % _places.Count] : new LogPosition(_entries[^1].Index, _entries[^1].Term, _entries[^1].Chain);

    /// <summary>Begins to fetch.</summary>
    /// <param name="places">Entries that are here, of which each may be the last one that leads to the end: in this order all others are asked for what lies behind.</param>
    /// <param name="end">The last one that is needed.</param>
    /// <param name="now">The time.</param>
    public void Begin(IReadOnlyList<LogPosition> places, LogPosition end, Ticks now)
    {
        _places = places;
        _end = end;
        _entries.Clear();
        _tries = 0;
        Deadline = now;
    }

    /// <summary>They are not needed any more.</summary>
    public void End() => Deadline = Ticks.Never;

    /// <summary>Asks somebody else if whoever was asked has not answered in time.</summary>
    public void Advance(Ticks now, EffectBuffer effects)
    {
        if (now >= Deadline)
        {
            _asked = (_asked + 1) % others.Count;
            _tries++;
            _entries.Clear();
            Ask(now, effects);
        }
    }

    /// <summary>Entries have come.</summary>
    /// <returns>All that were missing behind one of the places, once they are here; their memory is this replica's.</returns>
    public IReadOnlyList<LogEntry>? OnAnswer(NodeId from, EntriesAnswer answer, Ticks now, EffectBuffer effects)
    {
        if (!IsUnderWay || from != others[_asked] || answer.Before != Last || answer.Last != _end)
        {
            return null;
        }

        foreach (ref readonly var entry in answer.Entries.Span)
        {
            if (Last.Index >= _end.Index)
            {
                break;
            }

            var chain = _chain.Next(Last.Chain, entry.Index, entry.Term, entry.Kind, entry.Time, entry.Payload.Span);
            _entries.Add(entry with { Payload = entry.Payload.ToArray(), Chain = chain });
        }

        if (Last == _end)
        {
            Deadline = Ticks.Never;
            return _entries;
        }

        if (answer.Entries.IsEmpty || Last.Index >= _end.Index)
        {
            if (Last.Index >= _end.Index)
            {
                // All of them came from this one, and each answer said from where to where it leads.
                effects.Raise(new TamperingDetected(from, $"the entries up to {_end.Index} lead elsewhere"));
            }

            Deadline = now;
            Advance(now, effects);
        }
        else
        {
            Ask(now, effects);
        }

        return null;
    }

    private void Ask(Ticks now, EffectBuffer effects)
    {
        Deadline = now + Patience;
        effects.Send(others[_asked], new EntriesRequest(Last, _end));
    }
}
