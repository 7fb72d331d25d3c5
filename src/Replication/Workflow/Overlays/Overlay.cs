namespace Consensus.Replication.Workflow;

/// <summary>
/// A named, versioned bundle of changes that is deployed as one: either every element takes effect, in their order and each seeing those
/// before it, or none does.
/// </summary>
/// <param name="Name">The name. A later version of the same name may follow.</param>
/// <param name="Version">1 or more, and higher than the version deployed before.</param>
/// <param name="Elements">The changes; at least one.</param>
public sealed record Overlay(string Name, ulong Version, ValueList<OverlayElement> Elements);
