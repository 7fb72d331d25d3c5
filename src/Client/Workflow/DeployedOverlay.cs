namespace Consensus.Client;

/// <summary>An overlay in the version deployed last.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Elements">How many changes it made.</param>
/// <param name="DeployedAt">The log's time when it was deployed.</param>
/// <param name="Index">The entry of the log that deployed it.</param>
public sealed record DeployedOverlay(string Name, ulong Version, int Elements, Timestamp DeployedAt, LogIndex Index);
