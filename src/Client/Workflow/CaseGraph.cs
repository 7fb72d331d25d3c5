namespace Consensus.Client;

/// <summary>The states of a kind of case and the steps between them.</summary>
/// <param name="Name">The kind of case. Policies refer to it.</param>
/// <param name="States">All states, each once.</param>
/// <param name="Initial">The state of a new case.</param>
/// <param name="Final">The states that end a case: no transition leaves them.</param>
/// <param name="Transitions">The allowed steps, each once.</param>
public sealed record CaseGraph(
    string Name, IReadOnlyList<string> States, string Initial, IReadOnlyList<string> Final, IReadOnlyList<CaseTransition> Transitions)
{
    /// <summary>Starts a graph with its initial state; continue with <see cref="Allow"/> and <see cref="End"/>.</summary>
    /// <example><c>CaseGraph.Start("order", "Draft").Allow("Draft", "Review").Allow("Review", "Approved").End("Approved")</c></example>
    public static CaseGraph Start(string name, string initial) => new(name, [initial], initial, [], []);

    /// <summary>The same graph with one more step; states that are new are declared by it.</summary>
    public CaseGraph Allow(string from, string to)
    {
        var graph = Declare(from).Declare(to);
        var transition = new CaseTransition(from, to);
        return graph.Transitions.Contains(transition) ? graph : graph with { Transitions = [.. graph.Transitions, transition] };
    }

    /// <summary>The same graph with these states as final ones.</summary>
    public CaseGraph End(params ReadOnlySpan<string> states)
    {
        var graph = this;
        foreach (var state in states)
        {
            graph = graph.Declare(state);
            graph = graph.Final.Contains(state, StringComparer.Ordinal) ? graph : graph with { Final = [.. graph.Final, state] };
        }

        return graph;
    }

    private CaseGraph Declare(string state) => States.Contains(state, StringComparer.Ordinal) ? this : this with { States = [.. States, state] };
}
