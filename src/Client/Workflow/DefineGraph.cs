namespace Consensus.Client;

/// <summary>Deploys a state graph under its name, in place of an earlier one.</summary>
public sealed record DefineGraph(CaseGraph Graph) : OverlayElement;
