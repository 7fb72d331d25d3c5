namespace Consensus.Client.Workflow;

/// <summary>An overlay as the API reads it.</summary>
internal sealed record OverlayDocument(string Name, ulong Version, IReadOnlyList<OverlayElementDocument> Elements);
