using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>The case has the property, whatever its value.</summary>
public sealed record PropertyExists(string Property) : PolicyCondition
{
    internal const byte Code = 0;

    internal override string Sentence => $"property '{Property}' is there";

    internal override WorkflowVerdict Check(Policy policy, WorkflowLimits limits) => NameRule.Check("a property", Property);

    internal override bool Holds(in TransitionQuestion question) => question.TryGetProperty(Property, out _);

    internal override void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.Write(Code);
        writer.Write(Property);
    }
}
