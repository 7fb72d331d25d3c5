using System.Numerics;

namespace Consensus.Engine;

/// <summary>
/// Counts durations in buckets whose width grows with the duration, so that every percentile is exact to within one part in 2^precision from
/// a nanosecond to half an hour: 36 KiB to within 1/128 (the idea of Gil Tene's HdrHistogram).
/// </summary>
/// <remarks>
/// <para>
/// With a precision of 7 bits, durations below 128 ns have a bucket each; above, each doubling is divided into 128 buckets of equal width.
/// </para>
/// <para>Recording is safe from any number of threads and allocates nothing; what is read meanwhile is a moment's approximation.</para>
/// </remarks>
public sealed class LatencyHistogram
{
    private const int LargestExponent = 41;

    private readonly int _subBits;
    private readonly int _subCount;
    private readonly long[] _counts;
    private long _sum;
    private long _max;

    /// <param name="precisionBits">To one part in 2 to the power of how many the percentiles are exact: 3 to 10.</param>
    public LatencyHistogram(int precisionBits = 7)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(precisionBits, 3);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(precisionBits, 10);
        _subBits = precisionBits;
        _subCount = 1 << precisionBits;
        _counts = new long[(LargestExponent - precisionBits + 1) * _subCount];
    }

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

    /// <summary>The average of all durations; zero if there is none.</summary>
    public TimeSpan Mean => Count is > 0 and var count ? FromNanoseconds(Volatile.Read(ref _sum) / count) : TimeSpan.Zero;

    /// <summary>Records one duration. A negative one counts as zero, a longer one than half an hour as that.</summary>
    public void Record(TimeSpan duration) => RecordNanoseconds((long)duration.TotalNanoseconds);

    /// <summary>Records one duration in nanoseconds.</summary>
    public void RecordNanoseconds(long nanoseconds)
    {
        nanoseconds = Math.Clamp(nanoseconds, 0, (1L << LargestExponent) - 1);
        Interlocked.Increment(ref _counts[BucketOf(nanoseconds)]);
        Interlocked.Add(ref _sum, nanoseconds);
        RaiseMax(nanoseconds);
    }

    /// <summary>Adds all that another histogram of the same precision has recorded.</summary>
    public void Add(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        ArgumentOutOfRangeException.ThrowIfNotEqual(other._subBits, _subBits);
        for (var i = 0; i < _counts.Length; i++)
        {
            if (Volatile.Read(ref other._counts[i]) is > 0 and var count)
            {
                Interlocked.Add(ref _counts[i], count);
            }
        }

        Interlocked.Add(ref _sum, Volatile.Read(ref other._sum));
        RaiseMax(Volatile.Read(ref other._max));
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
        Volatile.Write(ref _sum, 0);
        Volatile.Write(ref _max, 0);
    }

    private void RaiseMax(long nanoseconds)
    {
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

    private int BucketOf(long nanoseconds)
    {
        var exponent = 63 - BitOperations.LeadingZeroCount((ulong)nanoseconds | 1);
        var shift = Math.Max(0, exponent - _subBits);
        return (shift * _subCount) + (int)(nanoseconds >> shift);
    }

    private long UpperEndOf(int bucket)
    {
        if (bucket < 2 * _subCount)
        {
            return bucket;
        }

        var shift = (bucket / _subCount) - 1;
        var mantissa = (long)(bucket - (shift * _subCount));
        return ((mantissa + 1) << shift) - 1;
    }

    private static TimeSpan FromNanoseconds(long nanoseconds) => TimeSpan.FromMicroseconds(nanoseconds / 1000.0);
}
