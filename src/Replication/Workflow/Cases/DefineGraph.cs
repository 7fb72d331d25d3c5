using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>Deploys a graph under its name, in place of an earlier one. Cases keep the graph that they were created with.</summary>
public sealed record DefineGraph(CaseGraph Graph) : OverlayElement
{
    internal const int Fields = 1;

    internal override string Label => $"DefineGraph '{Graph.Name}'";

    internal static DefineGraph Read(ref MessagePackReader reader) => new(CaseGraphCodec.Read(ref reader));

    internal override void Write(ref MessagePackWriter writer)
    {
        WorkflowCommandCodec.WriteHeader(ref writer, CommandKind.DefineGraph, Fields);
        CaseGraphCodec.Write(ref writer, Graph);
    }

    internal override WorkflowVerdict Check(WorkflowLimits limits) => CaseGraphRule.Check(Graph, limits);

    internal override WorkflowAnswer Apply(WorkflowEngine engine, in CommandContext context)
    {
        var (state, graphs) = (engine.State, engine.Graphs);
        if (graphs.TryGetDeployed(Graph.Name, out var earlier))
        {
            graphs.Leave(earlier.Digest);
        }
        else if (state.Count(WorkflowArea.DeployedGraph) >= (ulong)engine.Limits.GraphsMax)
        {
            return WorkflowAnswer.Reject(WorkflowRejection.TooManyGraphs, $"There are {engine.Limits.GraphsMax} deployed graphs, as many as allowed.");
        }
        else
        {
            state.AddToCount(WorkflowArea.DeployedGraph, 1);
        }

        var graph = graphs.Prepare(Graph);
        graphs.Use(graph);
        Span<byte> digest = stackalloc byte[Digest.Size];
        graph.Digest.CopyTo(digest);
        state.Set(WorkflowArea.DeployedGraph, Graph.Name, digest);
        return WorkflowAnswer.Accepted;
    }
}
