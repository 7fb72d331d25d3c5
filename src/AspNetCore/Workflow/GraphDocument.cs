using Consensus.Replication.Workflow;

namespace Consensus.AspNetCore.Workflow;

/// <summary>A state graph.</summary>
internal sealed record GraphDocument
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The states.</summary>
    public required IReadOnlyList<string> States { get; init; }

    /// <summary>The state that a case begins in.</summary>
    public required string Initial { get; init; }

    /// <summary>The states that end a case.</summary>
    public IReadOnlyList<string>? Final { get; init; }

    /// <summary>The steps between states.</summary>
    public required IReadOnlyList<TransitionDocument> Transitions { get; init; }

    /// <summary>The document for a graph.</summary>
    public static GraphDocument Of(CaseGraph graph) => new()
    {
        Name = graph.Name,
        States = graph.States,
        Initial = graph.Initial,
        Final = graph.Final,
        Transitions = [.. graph.Transitions.Select(step => new TransitionDocument { From = step.From, To = step.To })],
    };

    /// <summary>The graph that the document describes; whether it makes sense is the machine's to say.</summary>
    public CaseGraph ToGraph() => new(
        Name,
        ValueList.From(States),
        Initial,
        ValueList.From(Final),
        ValueList.From(Transitions.Select(transition => new CaseTransition(transition.From, transition.To))));
}
