namespace Consensus.Client;

/// <summary>Opens a case, with a state graph of its own or a deployed one.</summary>
/// <param name="Id">An id that no case has.</param>
public sealed record CreateCase(string Id) : OverlayElement
{
    /// <summary>Its own graph; or none.</summary>
    public CaseGraph? Graph { get; init; }

    /// <summary>The name of a deployed graph; or none.</summary>
    public string? DeployedGraph { get; init; }

    /// <summary>Its first properties.</summary>
    public IReadOnlyList<Property> Properties { get; init; } = [];
}
