namespace Consensus.Replication.Workflow;

/// <summary>An overlay in the version that was deployed last. Its elements' effects may have been changed since by other commands.</summary>
/// <param name="Overlay">The overlay itself.</param>
/// <param name="DeployedAt">The log's time of its deployment.</param>
/// <param name="Index">The entry of the log that deployed it.</param>
public sealed record DeployedOverlay(Overlay Overlay, Timestamp DeployedAt, LogIndex Index);
