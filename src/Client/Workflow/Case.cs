namespace Consensus.Client;

/// <summary>A case as it was read.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Graph">The name of the graph that it was created with.</param>
/// <param name="State">Its present state.</param>
/// <param name="IsFinal">Whether that is a final state.</param>
/// <param name="NextStates">The states that its graph allows next; a policy may still veto one of them.</param>
/// <param name="Revision">1 after creation, one more with each change.</param>
/// <param name="CreatedAt">The log's time when it was created.</param>
/// <param name="UpdatedAt">The log's time of its last change.</param>
/// <param name="Properties">Its properties.</param>
public sealed record Case(
    string Id,
    string Graph,
    string State,
    bool IsFinal,
    IReadOnlyList<string> NextStates,
    ulong Revision,
    Timestamp CreatedAt,
    Timestamp UpdatedAt,
    IReadOnlyList<Property> Properties)
{
    /// <summary>The value of a property, or null if the case does not have it.</summary>
    public PropertyValue? this[string property]
    {
        get
        {
            foreach (var candidate in Properties)
            {
                if (string.Equals(candidate.Name, property, StringComparison.Ordinal))
                {
                    return candidate.Value;
                }
            }

            return null;
        }
    }
}
