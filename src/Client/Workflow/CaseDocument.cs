namespace Consensus.Client.Workflow;

/// <summary>A case as the API writes it.</summary>
internal sealed record CaseDocument(
    string Id,
    string Graph,
    string State,
    bool IsFinal,
    IReadOnlyList<string> NextStates,
    ulong Revision,
    long CreatedAtMs,
    long UpdatedAtMs,
    IReadOnlyDictionary<string, PropertyValue> Properties)
{
    /// <summary>The case.</summary>
    public Case ToCase() => new(
        Id,
        Graph,
        State,
        IsFinal,
        NextStates,
        Revision,
        new Timestamp(CreatedAtMs),
        new Timestamp(UpdatedAtMs),
        [.. Properties.Select(property => new Property(property.Key, property.Value))]);
}
