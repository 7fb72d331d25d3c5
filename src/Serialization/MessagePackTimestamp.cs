namespace Consensus.Serialization;

/// <summary>
/// The specification's timestamp: a point in time as seconds since 1970-01-01T00:00:00Z, without leap seconds, and the
/// nanoseconds that follow. It stands in for the date types of the framework, which cores may not touch.
/// </summary>
public readonly record struct MessagePackTimestamp
{
    /// <summary>The extension type that the specification reserves for timestamps.</summary>
    public const sbyte ExtensionTypeCode = -1;

    /// <summary>The largest value of <see cref="Nanoseconds"/>.</summary>
    public const uint NanosecondsMax = 999_999_999;

    /// <summary>Creates a timestamp.</summary>
    /// <param name="seconds">Whole seconds since 1970, rounded towards the past.</param>
    /// <param name="nanoseconds">0 to 999,999,999, counted forward from <paramref name="seconds"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="nanoseconds"/> is a second or more.</exception>
    public MessagePackTimestamp(long seconds, uint nanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nanoseconds, NanosecondsMax);
        Seconds = seconds;
        Nanoseconds = nanoseconds;
    }

    /// <summary>Whole seconds since 1970, rounded towards the past: half a second before 1970 is −1.</summary>
    public long Seconds { get; }

    /// <summary>0 to 999,999,999, counted forward from <see cref="Seconds"/> also where those are negative.</summary>
    public uint Nanoseconds { get; }
}
