using System.Buffers.Text;
using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>
/// The case has the property, it is the decimal text of a 64-bit integer, and it compares so with the value. Anything else, such as "12.5",
/// does not hold.
/// </summary>
public sealed record PropertyNumber(string Property, PropertyComparison Comparison, long Value) : PolicyCondition
{
    internal const byte Code = 3;

    internal override string Sentence => $"property '{Property}' is a number {Comparison.Sign()} {Value}";

    internal override WorkflowVerdict Check(Policy policy, WorkflowLimits limits) => PropertyComparisonRule.IsDefined(Comparison)
        ? NameRule.Check("a property", Property)
        : PolicyRule.Invalid(policy, "a condition compares in a way that does not exist");

    internal override bool Holds(in TransitionQuestion question) =>
        question.TryGetProperty(Property, out var value)
        && Utf8Parser.TryParse(value.Bytes.Span, out long number, out var consumed)
        && consumed == value.Bytes.Length
        && Comparison.Holds(number.CompareTo(Value));

    internal override void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.Write(Code);
        writer.Write(Property);
        writer.Write((byte)Comparison);
        writer.Write(Value);
    }
}
