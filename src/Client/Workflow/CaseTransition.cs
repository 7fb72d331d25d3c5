namespace Consensus.Client;

/// <summary>One allowed step of a state graph.</summary>
/// <param name="From">The state that is left.</param>
/// <param name="To">The state that is entered; it may be the same.</param>
public readonly record struct CaseTransition(string From, string To);
