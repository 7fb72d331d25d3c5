namespace Consensus.Client.Workflow;

/// <summary>The body that moves a case, or changes its properties.</summary>
internal sealed record CaseStateDocument(string? To, Dictionary<string, PropertyValue?>? Properties, ulong? ExpectedRevision)
{
    /// <summary>The document for a change.</summary>
    public static CaseStateDocument Of(string? to, IEnumerable<PropertyChange>? changes, ulong? expectedRevision)
    {
        Dictionary<string, PropertyValue?>? named = null;
        foreach (var (name, value) in changes ?? [])
        {
            named ??= new Dictionary<string, PropertyValue?>(StringComparer.Ordinal);
            if (!named.TryAdd(name, value))
            {
                throw new ArgumentException($"The property '{name}' is named twice.", nameof(changes));
            }
        }

        return new CaseStateDocument(to, named, expectedRevision);
    }
}
