namespace Consensus.Transport;

/// <summary>
/// Keeps what was read from files, and reads it again when they have changed. What cannot be used, because only some of the files are written yet for example, is
/// reported at most once a minute, and the last good content stays in use.
/// </summary>
/// <remarks>The files are looked at when somebody asks. Safe to use from several threads.</remarks>
internal sealed class WatchedFiles<T>
    where T : class
{
    private readonly IReadOnlyList<string> _files;
    private readonly Func<(T? Content, IReadOnlyList<string> Problems)> _read;
    private readonly Action<T> _onReloaded;
    private readonly Action<string> _onUnusable;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lookInterval;
    private readonly LogThrottle _failureLog;
    private readonly Lock _gate = new();
    private T _current;
    private DateTime[] _stamps;
    private long _lookedAt;

    private WatchedFiles(
        IReadOnlyList<string> files,
        Func<(T? Content, IReadOnlyList<string> Problems)> read,
        Action<T> onReloaded,
        Action<string> onUnusable,
        TimeProvider time,
        TimeSpan lookInterval,
        DateTime[] stamps,
        T current)
    {
        _files = files;
        _read = read;
        _onReloaded = onReloaded;
        _onUnusable = onUnusable;
        _time = time;
        _lookInterval = lookInterval;
        _failureLog = new LogThrottle(time);
        _stamps = stamps;
        _current = current;
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>What the files hold; what they held when they could last be used, if they cannot be now.</summary>
    public T Current
    {
        get
        {
            lock (_gate)
            {
                var now = _time.GetTimestamp();
                if (_lookInterval == TimeSpan.Zero || _time.GetElapsedTime(_lookedAt, now) >= _lookInterval)
                {
                    _lookedAt = now;
                    LookAgain();
                }

                return _current;
            }
        }
    }

    /// <summary>Reads the files.</summary>
    /// <param name="files">Which are watched.</param>
    /// <param name="read">Reads them all, and says what is wrong with them.</param>
    /// <param name="onReloaded">Told of new content.</param>
    /// <param name="onUnusable">Told why new content cannot be used.</param>
    /// <param name="time">Measures.</param>
    /// <param name="lookInterval">How long after a look there is no other; zero: each who asks looks.</param>
    /// <param name="problems">Why they cannot be used, if they cannot.</param>
    /// <returns>The content and its watch, or null.</returns>
    public static WatchedFiles<T>? Open(
        IReadOnlyList<string> files,
        Func<(T? Content, IReadOnlyList<string> Problems)> read,
        Action<T> onReloaded,
        Action<string> onUnusable,
        TimeProvider time,
        TimeSpan lookInterval,
        out IReadOnlyList<string> problems)
    {
        // Stamped before they are read: what changes in between is read again.
        var stamps = StampsOf(files);
        (var content, problems) = read();
        return content is null ? null : new WatchedFiles<T>(files, read, onReloaded, onUnusable, time, lookInterval, stamps, content);
    }

    private static DateTime[] StampsOf(IReadOnlyList<string> files) => [.. files.Select(StampOf)];

    private static DateTime StampOf(string file)
    {
        try
        {
            return File.GetLastWriteTimeUtc(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // As if it had changed: the attempt to read it says what is wrong.
            return DateTime.MinValue;
        }
    }

    private void LookAgain()
    {
        var stamps = StampsOf(_files);
        if (stamps.AsSpan().SequenceEqual(_stamps))
        {
            return;
        }

        var (content, problems) = _read();
        if (content is not null)
        {
            _stamps = stamps;
            _current = content;
            _onReloaded(content);
        }
        else if (_failureLog.TryPass(NodeId.None))
        {
            // The stamps stay those of the last good files: a mode can change without them, so each look tries again.
            _onUnusable(string.Join(' ', problems));
        }
    }
}
