using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>Takes a deployed graph away: no new case can refer to it. Cases that have it keep it.</summary>
public sealed record RemoveGraph(string Name) : OverlayElement
{
    internal const int Fields = 1;

    internal override string Label => $"RemoveGraph '{Name}'";

    internal static RemoveGraph Read(ref MessagePackReader reader) => new(FieldCodec.ReadText(ref reader));

    internal override void Write(ref MessagePackWriter writer)
    {
        WorkflowCommandCodec.WriteHeader(ref writer, CommandKind.RemoveGraph, Fields);
        writer.Write(Name);
    }

    internal override WorkflowVerdict Check(WorkflowLimits limits) => NameRule.Check("a graph", Name);

    internal override WorkflowAnswer Apply(WorkflowEngine engine, in CommandContext context)
    {
        if (!engine.Graphs.TryGetDeployed(Name, out var graph))
        {
            return WorkflowAnswer.Reject(WorkflowRejection.GraphNotFound, $"No graph '{Name}' is deployed.");
        }

        engine.State.Remove(WorkflowArea.DeployedGraph, Name);
        engine.State.AddToCount(WorkflowArea.DeployedGraph, -1);
        engine.Graphs.Leave(graph.Digest);
        return WorkflowAnswer.Accepted;
    }
}
