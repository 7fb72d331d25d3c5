using Consensus.Engine;

namespace Consensus.Gossip.Dissemination;

/// <summary>How much is taken from one peer: so much at once, and so much in the long run.</summary>
internal sealed class PeerAllowance(int perSecond, int burst, Ticks since)
{
    private double _left = burst;
    private Ticks _at = since;

    public bool TryTake(int count, Ticks now)
    {
        _left = Math.Min(burst, _left + ((now - _at).TotalSeconds * perSecond));
        _at = now;
        if (_left < count)
        {
            return false;
        }

        _left -= count;
        return true;
    }
}
