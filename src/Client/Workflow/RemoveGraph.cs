namespace Consensus.Client;

/// <summary>Takes a deployed state graph away; cases that have it keep it.</summary>
public sealed record RemoveGraph(string Name) : OverlayElement;
