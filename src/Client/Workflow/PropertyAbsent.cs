namespace Consensus.Client;

/// <summary>The case does not have the property.</summary>
public sealed record PropertyAbsent(string Property) : PolicyCondition;
