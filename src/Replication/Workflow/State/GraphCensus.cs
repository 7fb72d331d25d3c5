using System.Runtime.InteropServices;

namespace Consensus.Replication.Workflow;

/// <summary>A graph of a snapshot, and how many of the snapshot's cases and deployments use it.</summary>
internal sealed class GraphCensus(CompiledGraph graph)
{
    private readonly Dictionary<string, int> _casesByState = new(StringComparer.Ordinal);
    private int _uses;

    public CompiledGraph Graph { get; } = graph;

    public bool IsUsed => _uses > 0;

    public void CountDeployment() => _uses++;

    public void CountCase(string state)
    {
        _uses++;
        CollectionsMarshal.GetValueRefOrAddDefault(_casesByState, state, out _)++;
    }

    /// <summary>Adds the counters that a machine keeps for the graph.</summary>
    public void AddTo(WorkflowState counters)
    {
        counters.Add(WorkflowKey.Of(WorkflowArea.GraphUse, Graph.Digest, stackalloc byte[WorkflowKey.BytesMax]), _uses);
        foreach (var state in Graph.Graph.States)
        {
            counters.AddCases(Graph.Graph.Name, state, _casesByState.GetValueOrDefault(state));
        }
    }
}
