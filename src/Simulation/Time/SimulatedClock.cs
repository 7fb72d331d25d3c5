using Consensus.Engine;

namespace Consensus.Simulation.Time;

/// <summary>
/// A node's clock: its monotonic side runs at a rate of its own and never goes back, its wall side is also set wrong, and jumps.
/// </summary>
internal sealed class SimulatedClock : TimeProvider
{
    /// <summary>The wall clock at the beginning of every run.</summary>
    public static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Agenda _agenda;
    private long _baseReal;
    private long _baseOwn;
    private double _rate = 1;

    /// <param name="agenda">The virtual time.</param>
    /// <param name="monotonicStart">Where the monotonic side begins: arbitrary, and different at each node.</param>
    public SimulatedClock(Agenda agenda, TimeSpan monotonicStart)
    {
        _agenda = agenda;
        _baseReal = agenda.Now.Value;
        _baseOwn = monotonicStart.Ticks;
    }

    /// <summary>By how much the wall clock is wrong.</summary>
    public TimeSpan Skew { get; set; }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Lets the clock run faster or slower from now on.</summary>
    /// <param name="rate">1 is right.</param>
    public void SetRate(double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        _baseOwn = GetTimestamp();
        _baseReal = _agenda.Now.Value;
        _rate = rate;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => _baseOwn + (long)((_agenda.Now.Value - _baseReal) * _rate);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Beginning + TimeSpan.FromTicks(GetTimestamp() - _baseOwn + _baseReal) + Skew;

    /// <summary>When, in virtual time, the monotonic side will have reached a timestamp.</summary>
    public Ticks WhenReached(long timestamp) =>
        new(_baseReal + (long)Math.Ceiling((timestamp - _baseOwn) / _rate));

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("A replica has no timers of its own; its loop waits until a deadline.");
}
