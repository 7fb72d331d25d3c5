namespace Consensus.AspNetCore.Health;

/// <summary>Whether a node lives, or is ready.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Detail">Why, if it is not healthy.</param>
internal sealed record HealthDocument(string Status, string Detail);
