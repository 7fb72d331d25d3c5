namespace Consensus.Replication.Workflow;

/// <summary>A case as it is stored under its id. The graph is stored once for all cases that share it.</summary>
internal sealed record CaseRecord(
    Digest Graph,
    string State,
    ulong Revision,
    Timestamp CreatedAt,
    Timestamp UpdatedAt,
    ValueList<Property> Properties)
{
    /// <summary>The case as a query shows it.</summary>
    public Case Show(string id, CompiledGraph graph) =>
        new(id, graph.Graph.Name, State, graph.IsFinal(State), graph.Next(State), Revision, CreatedAt, UpdatedAt, Properties);
}
