namespace Consensus.Client.Workflow;

/// <summary>The body that opens a case.</summary>
internal sealed record CreateCaseDocument(string Id, CaseGraph? Graph, string? DeployedGraph, Dictionary<string, PropertyValue>? Properties)
{
    /// <summary>The document for a case.</summary>
    public static CreateCaseDocument Of(CreateCase command) => new(command.Id, command.Graph, command.DeployedGraph, Named(command.Properties));

    private static Dictionary<string, PropertyValue>? Named(IReadOnlyList<Property> properties)
    {
        if (properties.Count == 0)
        {
            return null;
        }

        var named = new Dictionary<string, PropertyValue>(StringComparer.Ordinal);
        foreach (var (name, value) in properties)
        {
            if (!named.TryAdd(name, value))
            {
                throw new ArgumentException($"The property '{name}' is named twice.", nameof(properties));
            }
        }

        return named;
    }
}
