namespace Consensus.Hybrid.Threat;

/// <summary>The level that may cause a switch, and what it rests on.</summary>
/// <param name="Level">The level over the member of whom most is known.</param>
/// <param name="Accused">That member; <see cref="NodeId.None"/> if the level is none.</param>
/// <param name="Reporters">Who has reported at least that level, in the order of their ids: f + 1 or more, or nobody where it is proven.</param>
/// <param name="IsProven">Whether evidence proves it to anybody.</param>
internal sealed record AgreedThreat(ThreatLevel Level, NodeId Accused, IReadOnlyList<NodeId> Reporters, bool IsProven)
{
    /// <summary>Nobody is suspected by enough members, and nothing is proven.</summary>
    public static AgreedThreat Nothing { get; } = new(ThreatLevel.None, NodeId.None, [], IsProven: false);
}
