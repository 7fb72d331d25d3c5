namespace Consensus.Replication.Workflow;

/// <summary>What makes a policy valid, and what it says about a transition.</summary>
internal static class PolicyRule
{
    public static WorkflowVerdict Check(Policy policy, WorkflowLimits limits)
    {
        var verdict = NameRule.Check("a policy", policy.Name);
        if (!verdict.IsAccepted)
        {
            return verdict;
        }

        if (!NameRule.IsPrefix(policy.CasePrefix, WorkflowLimits.CaseIdBytesMax))
        {
            return Invalid(policy, "its prefix of case ids could not begin any id");
        }

        if (!NameRule.IsPrefix(policy.Graph, WorkflowLimits.NameBytesMax))
        {
            return Invalid(policy, "its graph could not be the name of any");
        }

        if (Math.Max(policy.From.Count, policy.To.Count) > limits.PolicyStatesMax)
        {
            return Invalid(policy, $"it names more than {limits.PolicyStatesMax} states on one side");
        }

        if (policy.Requires.Count > limits.PolicyConditionsMax)
        {
            return Invalid(policy, $"it has {policy.Requires.Count} conditions; allowed: up to {limits.PolicyConditionsMax}");
        }

        return CheckParts(policy, limits);
    }

    /// <summary>The sentence of a veto, or null if the policy has nothing against the transition.</summary>
    public static string? Veto(Policy policy, in TransitionQuestion question)
    {
        if (!SpeaksAbout(policy, question))
        {
            return null;
        }

        if (policy.Requires.Count == 0)
        {
            return $"Policy '{policy.Name}' vetoes {Describe(question)}.";
        }

        foreach (var condition in policy.Requires)
        {
            if (!condition.Holds(question))
            {
                return $"Policy '{policy.Name}' vetoes {Describe(question)}: it requires that {condition.Sentence}.";
            }
        }

        return null;
    }

    public static WorkflowVerdict Invalid(Policy policy, string problem) =>
        new(WorkflowRejection.InvalidPolicy, $"Policy '{policy.Name}' is not valid: {problem}.");

    private static WorkflowVerdict CheckParts(Policy policy, WorkflowLimits limits)
    {
        foreach (var side in (ReadOnlySpan<ValueList<string>>)[policy.From, policy.To])
        {
            foreach (var state in side)
            {
                var verdict = NameRule.Check("a state", state);
                if (!verdict.IsAccepted)
                {
                    return verdict;
                }
            }
        }

        foreach (var condition in policy.Requires)
        {
            var verdict = condition.Check(policy, limits);
            if (!verdict.IsAccepted)
            {
                return verdict;
            }
        }

        return WorkflowVerdict.Accepted;
    }

    private static bool SpeaksAbout(Policy policy, in TransitionQuestion question) =>
        (policy.Graph.Length == 0 || policy.Graph == question.Graph)
        && question.CaseId.StartsWith(policy.CasePrefix, StringComparison.Ordinal)
        && (policy.From.Count == 0 || policy.From.Contains(question.From))
        && (policy.To.Count == 0 || policy.To.Contains(question.To));

    private static string Describe(in TransitionQuestion question) => question.From.Length == 0
        ? $"the creation of case '{question.CaseId}' in state '{question.To}'"
        : $"the step of case '{question.CaseId}' from '{question.From}' to '{question.To}'";
}
