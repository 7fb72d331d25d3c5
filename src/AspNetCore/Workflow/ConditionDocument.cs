using System.Text.Json.Serialization;
using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Replication.Workflow;

namespace Consensus.AspNetCore.Workflow;

/// <summary>A condition of a policy. Exactly one of its kinds is there.</summary>
internal sealed record ConditionDocument
{
    /// <summary>This property is there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Exists { get; init; }

    /// <summary>This property is not there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Absent { get; init; }

    /// <summary>This property compares so with <see cref="Value"/> or <see cref="Number"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Property { get; init; }

    /// <summary>How they compare: <c>equal</c>, <c>not_equal</c>, <c>less</c>, <c>less_or_equal</c>, <c>greater</c>, <c>greater_or_equal</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Is { get; init; }

    /// <summary>Bytes to compare with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Blob? Value { get; init; }

    /// <summary>A whole number to compare with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Number { get; init; }

    /// <summary>Fewer cases than this are in the state that is entered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? CasesInStateBelow { get; init; }

    /// <summary>The document for a condition.</summary>
    public static ConditionDocument Of(PolicyCondition condition) => condition switch
    {
        PropertyExists e => new() { Exists = e.Property },
        PropertyAbsent e => new() { Absent = e.Property },
        PropertyMatches e => new() { Property = e.Property, Is = ComparisonName.Of(e.Comparison), Value = new Blob(e.Value.Bytes) },
        PropertyNumber e => new() { Property = e.Property, Is = ComparisonName.Of(e.Comparison), Number = e.Value },
        CasesInStateBelow e => new() { CasesInStateBelow = e.Max },

        // The compiler cannot know that the set of records is closed; a test sends each of them.
        _ => throw new InvalidOperationException($"The condition {condition.GetType().Name} has no form in the API."),
    };

    /// <summary>The condition that the document describes.</summary>
    public Parsed<PolicyCondition> ToCondition() => this switch
    {
        { Exists: { } name, Absent: null, Property: null, Is: null, Value: null, Number: null, CasesInStateBelow: null } => new PropertyExists(name),
        { Exists: null, Absent: { } name, Property: null, Is: null, Value: null, Number: null, CasesInStateBelow: null } => new PropertyAbsent(name),
        { Exists: null, Absent: null, Property: null, Is: null, Value: null, Number: null, CasesInStateBelow: { } max } => new CasesInStateBelow(max),
        { Exists: null, Absent: null, Property: { } name, Is: { } comparison, Value: { } value, Number: null, CasesInStateBelow: null }
            when ComparisonName.TryParse(comparison, out var sign) => new PropertyMatches(name, sign, new PropertyValue(value.Bytes)),
        { Exists: null, Absent: null, Property: { } name, Is: { } comparison, Value: null, Number: { } number, CasesInStateBelow: null }
            when ComparisonName.TryParse(comparison, out var sign) => new PropertyNumber(name, sign, number),
        _ => ProblemType.MalformedRequest.With(
            $"A condition must be one of {{\"exists\":P}}, {{\"absent\":P}}, {{\"property\":P,\"is\":C,\"value\":B}}, {{\"property\":P,\"is\":C,\"number\":N}}, {{\"cases_in_state_below\":N}}, where C is {ComparisonName.Known}."),
    };
}
