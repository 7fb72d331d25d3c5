using System.Numerics;

namespace Consensus.Byzantine;

/// <summary>
/// The numbers of a replica's own batches. None is used twice, in no run either: what a run before has left on its way must not be taken for a batch of this one. And they rise, also from one run to the next, since
/// nobody takes a batch whose number lies below one that was ordered: each run begins at random above what was ordered, and as the clock says. Where the clock has gone back, and the log is lost, they leap,
/// further each time, until a batch is ordered.
/// </summary>
/// <param name="seed">Another one in each run.</param>
internal sealed class BatchNumbers(ulong seed)
{
    /// <summary>In how many bits two runs differ by chance.</summary>
    private const int RandomBits = 30;

    /// <summary>2 to this power milliseconds, about a second, are one step of the clock.</summary>
    private const int ClockBits = 10;

    /// <summary>A leap comes when nothing was ordered for so many intervals, again and again, sixteen times as far each time.</summary>
    private const int PatienceIntervals = 8;

    /// <summary>
    /// After so many it comes when that time has doubled. What a run before has leapt is twelve days at most, then, if it did not wait for long: this one is beyond it before long, too. A group that stands still costs its members some years of numbers.
    /// </summary>
    private const int QuickLeaps = 6;

    private const int LeapBitsPerStep = 4;
    private const int LeapBitsMax = 24;

    /// <summary>Nobody leaps beyond this: what follows is enough for ever.</summary>
    private const ulong LeapEnd = 1UL << 63;

    private readonly ulong _start = seed & ((1UL << RandomBits) - 1);
    private int _notOrdered;

    /// <summary>The number that was given last.</summary>
    public ulong Last { get; private set; }

    /// <summary>Batches with lower numbers should get others.</summary>
    public ulong Lowest { get; private set; }

    /// <summary>The number of the next batch.</summary>
    /// <param name="time">The clock, as far as it is known; also that of the log is good.</param>
    /// <param name="ordered">The highest number of this replica that was ordered.</param>
    public ulong Next(Timestamp time, ulong ordered)
    {
        var byClock = ((ulong)Math.Max(time.UnixMilliseconds, 0) >> ClockBits << RandomBits) + _start;
        var next = Last > ordered ? Last + 1 : ordered + _start + 1;
        return Last = Math.Max(next, byClock);
    }

    /// <summary>A batch of this replica was ordered.</summary>
    public void OnOrdered() => _notOrdered = 0;

    /// <summary>For another interval none was, though some wait.</summary>
    public void OnNotOrdered()
    {
        _notOrdered++;
        if (StepOf(_notOrdered) is { } step && Last < LeapEnd)
        {
            // A second, 16, four minutes, an hour, 18, twelve days, half a year, half a year, ...
            Last += 1UL << (RandomBits + Math.Min(LeapBitsPerStep * step, LeapBitsMax));
            Lowest = Last;
        }
    }

    /// <summary>Which leap it is that comes after so many intervals; <see langword="null"/> if none does.</summary>
    private static int? StepOf(int intervals)
    {
        var (patiences, rest) = int.DivRem(intervals, PatienceIntervals);
        if (rest != 0 || patiences == 0)
        {
            return null;
        }

        if (patiences <= QuickLeaps)
        {
            return patiences - 1;
        }

        var (doublings, odd) = int.DivRem(patiences, QuickLeaps);
        return odd == 0 && BitOperations.IsPow2(doublings) ? QuickLeaps - 1 + BitOperations.Log2((uint)doublings) : null;
    }
}
