namespace Consensus.Replication.Workflow;

/// <summary>What makes a state graph valid, without looking at anything else.</summary>
internal static class CaseGraphRule
{
    public static WorkflowVerdict Check(CaseGraph graph, WorkflowLimits limits)
    {
        var verdict = NameRule.Check("a graph", graph.Name);
        if (!verdict.IsAccepted)
        {
            return verdict;
        }

        if (graph.States.Count == 0 || graph.States.Count > limits.GraphStatesMax)
        {
            return Invalid(graph, $"it has {graph.States.Count} states; allowed: 1 to {limits.GraphStatesMax}");
        }

        if (graph.Transitions.Count > limits.GraphTransitionsMax)
        {
            return Invalid(graph, $"it has {graph.Transitions.Count} transitions; allowed: up to {limits.GraphTransitionsMax}");
        }

        var states = new HashSet<string>(StringComparer.Ordinal);
        foreach (var state in graph.States)
        {
            verdict = NameRule.Check("a state", state);
            if (!verdict.IsAccepted)
            {
                return verdict;
            }

            if (!states.Add(state))
            {
                return Invalid(graph, $"state '{state}' is declared twice");
            }
        }

        return CheckReferences(graph, states);
    }

    private static WorkflowVerdict CheckReferences(CaseGraph graph, HashSet<string> states)
    {
        if (!states.Contains(graph.Initial))
        {
            return Invalid(graph, "its initial state is not declared");
        }

        var final = new HashSet<string>(StringComparer.Ordinal);
        foreach (var state in graph.Final)
        {
            if (!states.Contains(state))
            {
                return Invalid(graph, "a final state is not declared");
            }

            if (!final.Add(state))
            {
                return Invalid(graph, $"state '{state}' is named final twice");
            }
        }

        var transitions = new HashSet<CaseTransition>();
        foreach (var transition in graph.Transitions)
        {
            if (!states.Contains(transition.From) || !states.Contains(transition.To))
            {
                return Invalid(graph, "a transition names a state that is not declared");
            }

            if (final.Contains(transition.From))
            {
                return Invalid(graph, $"a transition leaves the final state '{transition.From}'");
            }

            if (!transitions.Add(transition))
            {
                return Invalid(graph, $"the transition from '{transition.From}' to '{transition.To}' is declared twice");
            }
        }

        return WorkflowVerdict.Accepted;
    }

    private static WorkflowVerdict Invalid(CaseGraph graph, string problem) =>
        new(WorkflowRejection.InvalidGraph, $"Graph '{graph.Name}' is not valid: {problem}.");
}
