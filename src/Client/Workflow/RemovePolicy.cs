namespace Consensus.Client;

/// <summary>Takes a policy out of force.</summary>
public sealed record RemovePolicy(string Name) : OverlayElement;
