namespace Consensus.Client.Workflow;

/// <summary>An overlay in the version deployed last, as the API writes it.</summary>
internal sealed record DeployedOverlayDocument(string Name, ulong Version, int Elements, long DeployedAtMs, ulong Index)
{
    /// <summary>The overlay.</summary>
    public DeployedOverlay ToOverlay() => new(Name, Version, Elements, new Timestamp(DeployedAtMs), new LogIndex(Index));
}
