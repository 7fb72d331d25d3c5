using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>Opens a case in the initial state of its graph.</summary>
/// <param name="Id">An id that no case has.</param>
public sealed record CreateCase(string Id) : OverlayElement
{
    internal const int Fields = 4;

    /// <summary>The graph itself, if the case brings its own.</summary>
    public CaseGraph? Graph { get; init; }

    /// <summary>The name of a deployed graph, if it does not. Exactly one of the two is given.</summary>
    public string? DeployedGraph { get; init; }

    /// <summary>The first properties; none of them a removal.</summary>
    public ValueList<Property> Properties { get; init; }

    internal override string Label => $"CreateCase '{Id}'";

    internal static CreateCase Read(ref MessagePackReader reader) => new(FieldCodec.ReadText(ref reader))
    {
        Graph = reader.TryReadNil() ? null : CaseGraphCodec.Read(ref reader),
        DeployedGraph = FieldCodec.ReadTextOrNil(ref reader),
        Properties = PropertyCodec.Read(ref reader),
    };

    internal override void Write(ref MessagePackWriter writer)
    {
        WorkflowCommandCodec.WriteHeader(ref writer, CommandKind.CreateCase, Fields);
        writer.Write(Id);
        if (Graph is null)
        {
            writer.WriteNil();
        }
        else
        {
            CaseGraphCodec.Write(ref writer, Graph);
        }

        writer.Write(DeployedGraph);
        PropertyCodec.Write(ref writer, Properties);
    }

    internal override WorkflowVerdict Check(WorkflowLimits limits)
    {
        var verdict = NameRule.CheckCaseId(Id);
        verdict = verdict.IsAccepted ? CheckGraph(limits) : verdict;
        return verdict.IsAccepted ? PropertyRule.Check(Additions, limits) : verdict;
    }

    internal override WorkflowAnswer Apply(WorkflowEngine engine, in CommandContext context) => engine.Cases.Create(this, Additions, context.Time);

    private ValueList<PropertyChange> Additions => ValueList.From(Properties.Select(property => PropertyChange.Set(property.Name, property.Value)));

    private WorkflowVerdict CheckGraph(WorkflowLimits limits) => (Graph, DeployedGraph) switch
    {
        ({ } graph, null) => CaseGraphRule.Check(graph, limits),
        (null, { } name) => NameRule.Check("a graph", name),
        _ => new(WorkflowRejection.InvalidGraph, "A case is created with either a graph of its own or the name of a deployed one."),
    };
}
