using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>Something that must hold for a transition. The set of conditions is closed: each is bounded and deterministic.</summary>
public abstract record PolicyCondition
{
    private protected PolicyCondition()
    {
    }

    /// <summary>What must hold, to follow "it requires that".</summary>
    internal abstract string Sentence { get; }

    /// <summary>Checks what can be checked without any state.</summary>
    internal abstract WorkflowVerdict Check(Policy policy, WorkflowLimits limits);

    internal abstract bool Holds(in TransitionQuestion question);

    internal abstract void Write(ref MessagePackWriter writer);
}
