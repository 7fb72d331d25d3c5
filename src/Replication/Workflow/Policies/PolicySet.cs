namespace Consensus.Replication.Workflow;

/// <summary>All policies in the order in which they are asked. Decoded once, and again when a policy has changed.</summary>
internal sealed class PolicySet(WorkflowState state)
{
    private List<Policy> _ordered = [];
    private long _version = -1;

    public int Count => Ordered.Count;

    private List<Policy> Ordered
    {
        get
        {
            if (_version != state.PolicyVersion)
            {
                _ordered = state.List(WorkflowArea.Policy, value => PolicyCodec.Read(value));
                _version = state.PolicyVersion;
            }

            return _ordered;
        }
    }

    /// <summary>Asks every policy; the first veto counts.</summary>
    public WorkflowVerdict Ask(in TransitionQuestion question)
    {
        foreach (var policy in Ordered)
        {
            if (PolicyRule.Veto(policy, question) is { } detail)
            {
                return new(WorkflowRejection.TransitionVetoed, detail);
            }
        }

        return WorkflowVerdict.Accepted;
    }
}
