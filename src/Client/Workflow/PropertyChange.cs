namespace Consensus.Client;

/// <summary>What a command does to one property of a case.</summary>
/// <param name="Name">The property.</param>
/// <param name="Value">Its new value; null removes it, which is no mistake if it is not there.</param>
public readonly record struct PropertyChange(string Name, PropertyValue? Value)
{
    /// <summary>Sets a property, new or not.</summary>
    public static PropertyChange Set(string name, PropertyValue value) => new(name, value);

    /// <summary>Removes a property.</summary>
    public static PropertyChange Remove(string name) => new(name, null);
}
