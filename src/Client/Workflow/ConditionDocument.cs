namespace Consensus.Client.Workflow;

/// <summary>A condition of a policy as the API writes it.</summary>
internal sealed record ConditionDocument
{
    public string? Exists { get; init; }

    public string? Absent { get; init; }

    public string? Property { get; init; }

    public PropertyComparison? Is { get; init; }

    public PropertyValue? Value { get; init; }

    public long? Number { get; init; }

    public ulong? CasesInStateBelow { get; init; }

    /// <summary>The document for a condition.</summary>
    public static ConditionDocument Of(PolicyCondition condition) => condition switch
    {
        PropertyExists e => new() { Exists = e.Property },
        PropertyAbsent e => new() { Absent = e.Property },
        PropertyMatches e => new() { Property = e.Property, Is = e.Comparison, Value = e.Value },
        PropertyNumber e => new() { Property = e.Property, Is = e.Comparison, Number = e.Value },
        CasesInStateBelow e => new() { CasesInStateBelow = e.Max },

        // The compiler cannot know that the set of records is closed; a test sends each of them.
        _ => throw new InvalidOperationException($"The condition {condition.GetType().Name} has no form in the API."),
    };

    /// <summary>The condition, or <see langword="null"/> if it is none that is known here.</summary>
    public PolicyCondition? ToCondition() => this switch
    {
        { Exists: { } name } => new PropertyExists(name),
        { Absent: { } name } => new PropertyAbsent(name),
        { Property: { } name, Is: { } comparison, Value: { } value } => new PropertyMatches(name, comparison, value),
        { Property: { } name, Is: { } comparison, Number: { } number } => new PropertyNumber(name, comparison, number),
        { CasesInStateBelow: { } max } => new CasesInStateBelow(max),
        _ => null,
    };
}
