using Consensus.Engine;

namespace Consensus.Gossip.Dissemination;

/// <summary>The rumours that are being told: the urgent ones first, and among those of one priority the one that was told least, the newest first.</summary>
internal sealed class HotRumours
{
    private readonly Dictionary<RumourId, HotRumour> _byId = [];
    private readonly List<HotRumour> _order = [];

    public int Count => _byId.Count;

    /// <summary>Those that are told, in their order. Valid until something changes.</summary>
    public IReadOnlyList<HotRumour> InOrder
    {
        get
        {
            _order.Sort(static (one, other) =>
                one.Rumour.Priority != other.Rumour.Priority ? one.Rumour.Priority.CompareTo(other.Rumour.Priority)
                : one.Told != other.Told ? one.Told.CompareTo(other.Told)
                : one.Since != other.Since ? other.Since.CompareTo(one.Since)
                : (one.Rumour.Id.High, one.Rumour.Id.Low).CompareTo((other.Rumour.Id.High, other.Rumour.Id.Low)));
            return _order;
        }
    }

    public void Add(Rumour rumour, Ticks now)
    {
        var hot = new HotRumour(rumour, now);
        _byId.Add(rumour.Id, hot);
        _order.Add(hot);
    }

    /// <summary>Somebody who was told had heard of it.</summary>
    /// <param name="id">The rumour.</param>
    /// <param name="stopAfter">When so many had, it is told no more.</param>
    public void OnKnown(RumourId id, int stopAfter)
    {
        if (_byId.TryGetValue(id, out var hot) && ++hot.KnownBefore >= stopAfter)
        {
            _byId.Remove(id);
            _order.Remove(hot);
        }
    }

    /// <summary>Those that were told for long enough are told no more.</summary>
    public void Cool(Ticks now, TimeSpan timeMax)
    {
        for (var i = _order.Count - 1; i >= 0; i--)
        {
            if (now - _order[i].Since >= timeMax)
            {
                _byId.Remove(_order[i].Rumour.Id);
                _order.RemoveAt(i);
            }
        }
    }
}
