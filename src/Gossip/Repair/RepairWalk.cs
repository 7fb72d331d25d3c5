using Consensus.Gossip.State;

namespace Consensus.Gossip.Repair;

/// <summary>
/// The way around all positions in an exchange: both sides begin at the same place, and go as far as there is room. The next exchange begins where, seen from there, something was left out first, by whichever side and in whichever step that was: or what finds no room could be passed over again and again.
/// </summary>
/// <param name="start">Where it begins.</param>
internal sealed class RepairWalk(ulong start)
{
    private ulong _distance;

    /// <summary>Where it begins.</summary>
    public ulong Start => start;

    /// <summary>Whether anything was left out.</summary>
    public bool HasStopped { get; private set; }

    /// <summary>How far it got; not as far as the other side, perhaps.</summary>
    public ulong? StoppedAt => HasStopped ? unchecked(start + _distance) : null;

    /// <summary>Something about a range found no room.</summary>
    public void Stop(KeyRange range) => StopAt(range.Contains(start) ? start : range.Start);

    /// <summary>A value found no room.</summary>
    /// <param name="place">The first 64 bits of its position.</param>
    public void StopAt(ulong place)
    {
        var distance = unchecked(place - start);
        _distance = HasStopped ? Math.Min(_distance, distance) : distance;
        HasStopped = true;
    }
}
