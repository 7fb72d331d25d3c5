namespace Consensus.Replication.Workflow;

/// <summary>A transition that policies are asked about.</summary>
/// <param name="State">The state of everything, before the transition.</param>
/// <param name="CaseId">The case.</param>
/// <param name="Graph">The name of its graph.</param>
/// <param name="From">The state that is left; empty for a creation.</param>
/// <param name="To">The state that is entered.</param>
/// <param name="Properties">The case's properties as they will be.</param>
internal readonly record struct TransitionQuestion(
    WorkflowState State,
    string CaseId,
    string Graph,
    string From,
    string To,
    ValueList<Property> Properties)
{
    public bool TryGetProperty(string name, out PropertyValue value)
    {
        foreach (var property in Properties)
        {
            if (string.Equals(property.Name, name, StringComparison.Ordinal))
            {
                value = property.Value;
                return true;
            }
        }

        value = default;
        return false;
    }
}
