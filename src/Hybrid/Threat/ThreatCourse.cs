using Consensus.Engine;

namespace Consensus.Hybrid.Threat;

/// <summary>Since when it has been quiet in an epoch, and since when not: what is to be known of the levels that have been.</summary>
/// <param name="QuietSince">Since when the level has been low at most; <see langword="null"/> while it is higher.</param>
/// <param name="HighSince">Since when it has been high at least; <see langword="null"/> while it is lower.</param>
internal readonly record struct ThreatCourse(Ticks? QuietSince, Ticks? HighSince)
{
    /// <summary>The course of an epoch that begins.</summary>
    public static ThreatCourse BeginAt(Ticks now) => new(now, null);

    /// <summary>The course when the level is known to be this. Medium is neither quiet nor high: between the two nothing happens, in either direction.</summary>
    public ThreatCourse Then(ThreatLevel level, Ticks now) => new(
        level <= ThreatLevel.Low ? QuietSince ?? now : null,
        level >= ThreatLevel.High ? HighSince ?? now : null);
}
