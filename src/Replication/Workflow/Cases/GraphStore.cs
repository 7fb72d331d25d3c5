using System.Diagnostics.CodeAnalysis;
using Consensus.Cryptography;

namespace Consensus.Replication.Workflow;

/// <summary>
/// The graphs in use, each stored once under the BLAKE3 digest of its bytes and counted: a thousand cases of one kind carry one graph, and
/// the last one to leave takes it along.
/// </summary>
internal sealed class GraphStore(WorkflowState state)
{
    /// <summary>Graphs are prepared once; when so many are, all are forgotten. What is found never depends on it.</summary>
    private const int PreparedMax = 1_024;

    private readonly Dictionary<Digest, CompiledGraph> _prepared = [];

    public bool TryGetDeployed(string name, [NotNullWhen(true)] out CompiledGraph? graph)
    {
        graph = state.TryGet(WorkflowArea.DeployedGraph, name, out var digest) ? Get(new Digest(digest.Span)) : null;
        return graph is not null;
    }

    /// <summary>The graph of a case or deployment.</summary>
    public CompiledGraph Get(Digest digest)
    {
        if (_prepared.TryGetValue(digest, out var graph))
        {
            return graph;
        }

        if (!state.TryGet(WorkflowKey.Of(WorkflowArea.Graph, digest, stackalloc byte[WorkflowKey.BytesMax]), out var bytes))
        {
            throw new ConsensusException(ConsensusFailure.InvariantViolated, $"The state graph {digest} is in use and not stored.");
        }

        return Keep(new CompiledGraph(digest, CaseGraphCodec.Read(bytes)));
    }

    /// <summary>Prepares a valid graph that may not be stored yet.</summary>
    public CompiledGraph Prepare(CaseGraph graph)
    {
        var digest = Blake3.Hash(CaseGraphCodec.ToBytes(graph));
        return _prepared.TryGetValue(digest, out var known) ? known : Keep(new CompiledGraph(digest, graph));
    }

    /// <summary>One more case or deployment uses the graph.</summary>
    public void Use(CompiledGraph graph)
    {
        if (state.Add(WorkflowKey.Of(WorkflowArea.GraphUse, graph.Digest, stackalloc byte[WorkflowKey.BytesMax]), 1) == 1)
        {
            state.Set(WorkflowKey.Of(WorkflowArea.Graph, graph.Digest, stackalloc byte[WorkflowKey.BytesMax]), CaseGraphCodec.ToBytes(graph.Graph));
        }
    }

    /// <summary>One case or deployment less uses the graph.</summary>
    public void Leave(Digest digest)
    {
        if (state.Add(WorkflowKey.Of(WorkflowArea.GraphUse, digest, stackalloc byte[WorkflowKey.BytesMax]), -1) == 0)
        {
            state.Remove(WorkflowKey.Of(WorkflowArea.Graph, digest, stackalloc byte[WorkflowKey.BytesMax]));
        }
    }

    private CompiledGraph Keep(CompiledGraph graph)
    {
        if (_prepared.Count >= PreparedMax)
        {
            _prepared.Clear();
        }

        return _prepared[graph.Digest] = graph;
    }
}
