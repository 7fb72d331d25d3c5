using Consensus.Engine;

namespace Consensus.Gossip.Membership;

/// <summary>So much at once, and so much in the long run: a bucket of permits that fills up with time.</summary>
internal struct RateLimit
{
    private long _used;
    private Ticks _at;

    /// <summary>Takes a permit, if there is one.</summary>
    /// <param name="now">The time.</param>
    /// <param name="burst">How many permits there are at most.</param>
    /// <param name="spacing">After what time another permit is there again.</param>
    public bool TryTake(Ticks now, int burst, TimeSpan spacing)
    {
        // Counted in time: what is used is given back at the pace of the clock.
        _used = Math.Max(0, _used - (now - _at).Ticks);
        _at = now;
        if (_used + spacing.Ticks > burst * spacing.Ticks)
        {
            return false;
        }

        _used += spacing.Ticks;
        return true;
    }
}
