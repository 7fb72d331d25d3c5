using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>A purse that fills steadily (a token bucket): at most what comes together in a second.</summary>
/// <param name="bytesPerTick">What it gains in each tick.</param>
/// <param name="now">The time at which it is full.</param>
internal sealed class Purse(long bytesPerTick, Ticks now)
{
    private readonly long _bytesMax = bytesPerTick * TimeSpan.TicksPerSecond;
    private long _bytes = bytesPerTick * TimeSpan.TicksPerSecond;
    private Ticks _at = now;

    /// <summary>Takes something out, if there is enough.</summary>
    /// <returns>Whether there was.</returns>
    public bool TryTake(Ticks now, long bytes)
    {
        Fill(now);
        if (_bytes < bytes)
        {
            return false;
        }

        _bytes -= bytes;
        return true;
    }

    /// <summary>Takes out what has been spent already, perhaps more than there is: then it takes longer to fill.</summary>
    public void Charge(Ticks now, long bytes)
    {
        Fill(now);
        _bytes -= bytes;
    }

    private void Fill(Ticks now)
    {
        _bytes = Math.Min(_bytesMax, _bytes + ((now - _at).Ticks * bytesPerTick));
        _at = now;
    }
}
