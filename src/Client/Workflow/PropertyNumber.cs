namespace Consensus.Client;

/// <summary>The case has the property, it is a whole number, and compares so with the value.</summary>
public sealed record PropertyNumber(string Property, PropertyComparison Comparison, long Value) : PolicyCondition;
