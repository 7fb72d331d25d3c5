using System.Numerics;

namespace Consensus.Cli.Load;

/// <summary>
/// Counts durations in buckets whose width grows with the duration, so that every percentile is exact to within 1/128 from a nanosecond to
/// half an hour in 36 KiB (the idea of Gil Tene's HdrHistogram).
/// </summary>
/// <remarks>
/// <para>
/// Durations below 128 ns have a bucket each; above, each doubling is divided into 128 buckets of equal width.
/// </para>
/// <para>Recording is safe from any number of threads and allocates nothing; what is read meanwhile is a moment's approximation.</para>
/// </remarks>
internal sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private const int SubCount = 1 << SubBits;
    private const int LargestExponent = 41;
    private const int BucketCount = (LargestExponent - SubBits + 1) * SubCount;

    private readonly long[] _counts = new long[BucketCount];
    private long _max;

    /// <summary>How many durations were recorded.</summary>
    public long Count
    {
        get
        {
            var sum = 0L;
            for (var i = 0; i < _counts.Length; i++)
            {
                sum += Volatile.Read(ref _counts[i]);
            }

            return sum;
        }
    }

    /// <summary>The longest duration, exactly; zero if there is none.</summary>
    public TimeSpan Max => FromNanoseconds(Volatile.Read(ref _max));

    /// <summary>Records one duration. A negative one counts as zero, a longer one than half an hour as that.</summary>
    public void Record(TimeSpan duration) => RecordNanoseconds((long)duration.TotalNanoseconds);

    /// <summary>Records one duration in nanoseconds.</summary>
    public void RecordNanoseconds(long nanoseconds)
    {
        nanoseconds = Math.Clamp(nanoseconds, 0, (1L << LargestExponent) - 1);
        Interlocked.Increment(ref _counts[BucketOf(nanoseconds)]);
        for (var max = Volatile.Read(ref _max); nanoseconds > max;)
        {
            var seen = Interlocked.CompareExchange(ref _max, nanoseconds, max);
            if (seen == max)
            {
                return;
            }

            max = seen;
        }
    }

    /// <summary>The duration that a fraction of all recorded ones does not exceed: the upper end of its bucket.</summary>
    /// <param name="fraction">0 to 1; 0.99 for the 99th percentile.</param>
    /// <returns>Zero if nothing was recorded.</returns>
    public TimeSpan Percentile(double fraction)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fraction, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fraction, 1);
        var wanted = Math.Max(1, (long)Math.Ceiling(fraction * Count));
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += Volatile.Read(ref _counts[i]);
            if (seen >= wanted)
            {
                return FromNanoseconds(Math.Min(UpperEndOf(i), Volatile.Read(ref _max)));
            }
        }

        return TimeSpan.Zero;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        Array.Clear(_counts);
        Volatile.Write(ref _max, 0);
    }

    private static int BucketOf(long nanoseconds)
    {
        var exponent = 63 - BitOperations.LeadingZeroCount((ulong)nanoseconds | 1);
        var shift = Math.Max(0, exponent - SubBits);
        return (shift * SubCount) + (int)(nanoseconds >> shift);
    }

    private static long UpperEndOf(int bucket)
    {
        if (bucket < 2 * SubCount)
        {
            return bucket;
        }

        var shift = (bucket / SubCount) - 1;
        var mantissa = (long)(bucket - (shift * SubCount));
        return ((mantissa + 1) << shift) - 1;
    }

    private static TimeSpan FromNanoseconds(long nanoseconds) => TimeSpan.FromMicroseconds(nanoseconds / 1000.0);
}
