namespace Consensus.Engine;

/// <summary>One thread sleeps on it, and whoever sets it wakes that thread once.</summary>
/// <remarks><see cref="Set"/> from any thread; <see cref="Wait"/> and <see cref="IDisposable.Dispose"/> from the one that sleeps, or when it has ended.</remarks>
internal abstract class WakeEvent : IDisposable
{
    /// <summary>The best one that the operating system has.</summary>
    public static WakeEvent Create() => FutexWakeEvent.IsSupported ? new FutexWakeEvent() : new SystemWakeEvent();

    /// <summary>Wakes the sleeper, or keeps it from its next sleep.</summary>
    public abstract void Set();

    /// <summary>Sleeps until it is set or the limit has passed (<see cref="Timeout.InfiniteTimeSpan"/>: never), and resets it.</summary>
    /// <returns>Whether it was set.</returns>
    public abstract bool Wait(TimeSpan limit);

    /// <inheritdoc/>
    public abstract void Dispose();
}
