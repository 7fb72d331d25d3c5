namespace Consensus.Engine;

/// <summary>
/// When a snapshot that there was no space for is tried again. To wait for the next one that is due by entries is not enough: a leader whose log has
/// grown to its bound takes no command before the log is cut, and the log is not cut before there is a snapshot.
/// </summary>
internal sealed class SnapshotRetry
{
    // A large snapshot is written for minutes before the disk turns out to be full.
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private TimeSpan _pause = FirstPause;
    private Ticks _dueAt = Ticks.Never;

    public void OnNotSaved(Ticks now)
    {
        _dueAt = now + _pause;
        _pause = _pause + _pause < LongestPause ? _pause + _pause : LongestPause;
    }

    public void OnSaved()
    {
        _dueAt = Ticks.Never;
        _pause = FirstPause;
    }

    /// <summary>Whether it is to be tried now. Says so once.</summary>
    public bool TryBegin(Ticks now)
    {
        if (now < _dueAt)
        {
            return false;
        }

        _dueAt = Ticks.Never;
        return true;
    }
}
