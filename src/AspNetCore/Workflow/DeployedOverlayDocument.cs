using Consensus.Replication.Workflow;

namespace Consensus.AspNetCore.Workflow;

/// <summary>An overlay in the version deployed last.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Elements">How many changes it made.</param>
/// <param name="DeployedAtMs">When, in milliseconds since 1970 by the log's clock.</param>
/// <param name="Index">The entry of the log that deployed it.</param>
internal sealed record DeployedOverlayDocument(string Name, ulong Version, int Elements, long DeployedAtMs, ulong Index)
{
    /// <summary>The document for an overlay.</summary>
    public static DeployedOverlayDocument Of(DeployedOverlay deployed) => new(
        deployed.Overlay.Name, deployed.Overlay.Version, deployed.Overlay.Elements.Count, deployed.DeployedAt.UnixMilliseconds, deployed.Index.Value);
}
