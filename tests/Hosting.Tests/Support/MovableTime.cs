namespace Consensus.Hosting.Tests;

/// <summary>A clock that the test moves.</summary>
internal sealed class MovableTime : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_now);

    public void Move(TimeSpan span) => _now += span.Ticks;
}
