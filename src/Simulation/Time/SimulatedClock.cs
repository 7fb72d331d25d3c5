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
    private readonly long _start;
    private readonly long _startReal;
    private long _baseReal;
    private long _baseOwn;
    private double _rate = 1;

    /// <param name="agenda">The virtual time.</param>
    /// <param name="monotonicStart">Where the monotonic side begins: arbitrary, and different at each node.</param>
    public SimulatedClock(Agenda agenda, TimeSpan monotonicStart)
    {
        _agenda = agenda;
        _startReal = _baseReal = agenda.Now.Value;
        _start = _baseOwn = monotonicStart.Ticks;
    }

    /// <summary>By how much the wall clock is set wrong; what it gains or loses by its rate comes on top.</summary>
    public TimeSpan Skew { get; set; }

    /// <summary>How fast it runs; 1 is right.</summary>
    public double Rate => _rate;

    /// <summary>By how much the wall clock is wrong at the moment.</summary>
    public TimeSpan Error => GetUtcNow() - Beginning - TimeSpan.FromTicks(_agenda.Now.Value);

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

    /// <summary>Sets the wall clock right, and lets it run as it should.</summary>
    public void Heal()
    {
        SetRate(1);
        Skew -= Error;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => _baseOwn + (long)((_agenda.Now.Value - _baseReal) * _rate);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Beginning + TimeSpan.FromTicks(GetTimestamp() - _start + _startReal) + Skew;

    /// <summary>When, in virtual time, the monotonic side will have reached a timestamp.</summary>
    public Ticks WhenReached(long timestamp) =>
        new(_baseReal + (long)Math.Ceiling((timestamp - _baseOwn) / _rate));

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("A replica has no timers of its own; its loop waits until a deadline.");
}
