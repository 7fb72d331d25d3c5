namespace Consensus.Client;

/// <summary>Several changes of the workflow machine that take effect together, or not at all.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Higher than that of the one deployed under the name.</param>
/// <param name="Elements">The changes, in order.</param>
public sealed record Overlay(string Name, ulong Version, IReadOnlyList<OverlayElement> Elements);
