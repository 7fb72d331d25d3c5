using Consensus.Engine;

namespace Consensus.Swarm.Hosting;

/// <summary>A node's clocks: one that never goes back, and the time of day. Safe to use from any number of threads.</summary>
internal sealed class SwarmClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>The time since the node's start.</summary>
    public Ticks Now => new(time.GetElapsedTime(_start).Ticks);

    /// <summary>The time of day.</summary>
    public Timestamp TimeOfDay => new(time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>The time of day in microseconds: what the next start has more of.</summary>
    public ulong Instance => (ulong)(time.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks) / (ulong)TimeSpan.TicksPerMicrosecond;

    /// <summary>A timer that is set again and again.</summary>
    public ITimer CreateTimer(Action callback) => time.CreateTimer(static state => ((Action)state!)(), callback, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
