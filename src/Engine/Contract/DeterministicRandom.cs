namespace Consensus.Engine;

/// <summary>
/// A seeded generator of pseudo-random numbers (SplitMix64; Steele, Lea and Flood, OOPSLA 2014): the same seed gives the same numbers
/// everywhere. Not for secrets.
/// </summary>
public sealed class DeterministicRandom
{
    private ulong _state;

    /// <summary>Starts the sequence that belongs to <paramref name="seed"/>.</summary>
    public DeterministicRandom(ulong seed) => _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number from 0 up to, and not including, <paramref name="bound"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is zero.</exception>
    public ulong NextBelow(ulong bound)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bound);

        // Multiply-shift (Lemire, 2019); the bias is below 2^-40 for every bound that is used here.
        return Math.BigMul(NextUInt64(), bound, out _);
    }

    /// <summary>A duration between the two, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="longest"/> is shorter than <paramref name="shortest"/>.</exception>
    public TimeSpan NextBetween(TimeSpan shortest, TimeSpan longest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, shortest);
        return shortest + new TimeSpan((long)NextBelow((ulong)(longest - shortest).Ticks + 1));
    }
}
