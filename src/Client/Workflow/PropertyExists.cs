namespace Consensus.Client;

/// <summary>The case has the property.</summary>
public sealed record PropertyExists(string Property) : PolicyCondition;
