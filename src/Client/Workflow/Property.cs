namespace Consensus.Client;

/// <summary>A named value of a case.</summary>
public readonly record struct Property(string Name, PropertyValue Value);
