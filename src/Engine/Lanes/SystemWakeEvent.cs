namespace Consensus.Engine;

/// <summary>A <see cref="WakeEvent"/> of the runtime.</summary>
internal sealed class SystemWakeEvent : WakeEvent
{
    /// <summary>The runtime counts in whole milliseconds; less would be no sleep at all.</summary>
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(1);

    /// <summary>Nor does it count further. Who sleeps for longer wakes up for nothing, after 24 days.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(int.MaxValue);

    private readonly AutoResetEvent _event = new(false);

    /// <inheritdoc/>
    public override void Set() => _event.Set();

    /// <inheritdoc/>
    public override bool Wait(TimeSpan limit) => _event.WaitOne(
        limit > TimeSpan.Zero && limit < ShortestSleep ? ShortestSleep : limit > LongestSleep ? LongestSleep : limit);

    /// <inheritdoc/>
    public override void Dispose() => _event.Dispose();
}
