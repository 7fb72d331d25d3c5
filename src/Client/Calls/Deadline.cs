namespace Consensus.Client.Calls;

/// <summary>Until when a call is tried.</summary>
internal readonly struct Deadline(TimeProvider time, TimeSpan limit)
{
    private readonly long _startedAt = time.GetTimestamp();

    /// <summary>How long it was tried.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_startedAt);

    /// <summary>What is left.</summary>
    public TimeSpan Remaining => limit - Elapsed is var remaining && remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
}
