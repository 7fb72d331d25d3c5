using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>The case has the property, and its bytes compare so with the value's, in ordinal order. For text: code points.</summary>
public sealed record PropertyMatches(string Property, PropertyComparison Comparison, PropertyValue Value) : PolicyCondition
{
    internal const byte Code = 2;

    /// <summary>A condition's value is shown in details and evaluated on each update, so it is short.</summary>
    internal const int ValueBytesMax = 256;

    internal override string Sentence => $"property '{Property}' {Comparison.Sign()} '{Value}'";

    internal override WorkflowVerdict Check(Policy policy, WorkflowLimits limits)
    {
        if (!PropertyComparisonRule.IsDefined(Comparison))
        {
            return PolicyRule.Invalid(policy, "a condition compares in a way that does not exist");
        }

        return Value.Bytes.Length > ValueBytesMax
            ? PolicyRule.Invalid(policy, $"a condition's value has {Value.Bytes.Length} bytes; allowed: up to {ValueBytesMax}")
            : NameRule.Check("a property", Property);
    }

    internal override bool Holds(in TransitionQuestion question) =>
        question.TryGetProperty(Property, out var value) && Comparison.Holds(value.Bytes.Span.SequenceCompareTo(Value.Bytes.Span));

    internal override void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.Write(Code);
        writer.Write(Property);
        writer.Write((byte)Comparison);
        writer.Write(Value.Bytes.Span);
    }
}
