using Consensus.Engine;

namespace Consensus.Hybrid.Threat;

/// <summary>Since when it has been quiet in an epoch: what is to be known of the levels that have been.</summary>
/// <param name="QuietSince">Since when the level has been low at most; <see langword="null"/> while it is higher.</param>
internal readonly record struct ThreatCourse(Ticks? QuietSince)
{
    /// <summary>The course of an epoch that begins.</summary>
    public static ThreatCourse BeginAt(Ticks now) => new(now);

    /// <summary>The course when the level is known to be this.</summary>
    public ThreatCourse Then(ThreatLevel level, Ticks now) => new(level <= ThreatLevel.Low ? QuietSince ?? now : null);
}
