using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>The case does not have the property.</summary>
public sealed record PropertyAbsent(string Property) : PolicyCondition
{
    internal const byte Code = 1;

    internal override string Sentence => $"property '{Property}' is not there";

    internal override WorkflowVerdict Check(Policy policy, WorkflowLimits limits) => NameRule.Check("a property", Property);

    internal override bool Holds(in TransitionQuestion question) => !question.TryGetProperty(Property, out _);

    internal override void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.Write(Code);
        writer.Write(Property);
    }
}
