namespace Consensus.Client;

/// <summary>The case has the property, and its bytes compare so with the value's, in ordinal order.</summary>
public sealed record PropertyMatches(string Property, PropertyComparison Comparison, PropertyValue Value) : PolicyCondition;
