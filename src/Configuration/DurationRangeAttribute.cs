using System.ComponentModel.DataAnnotations;

namespace Consensus.Configuration;

/// <summary>The bounds of a setting that is a duration, written as in JSON: <c>150ms</c>, <c>2s</c>, <c>10m</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationRangeAttribute : ValidationAttribute
{
    /// <summary>Sets the bounds; both are allowed values.</summary>
    /// <exception cref="FormatException">One of them is not a duration.</exception>
    public DurationRangeAttribute(string minimum, string maximum)
    {
        Minimum = Parse(minimum);
        Maximum = Parse(maximum);
        ErrorMessage = $"{{0}} must be from {DurationText.Format(Minimum)} to {DurationText.Format(Maximum)}.";
    }

    /// <summary>The shortest duration allowed.</summary>
    public TimeSpan Minimum { get; }

    /// <summary>The longest duration allowed.</summary>
    public TimeSpan Maximum { get; }

    /// <inheritdoc/>
    /// <remarks>What is not given is within any bounds, as with the framework's own annotations.</remarks>
    public override bool IsValid(object? value) => value is null || (value is TimeSpan duration && duration >= Minimum && duration <= Maximum);

    private static TimeSpan Parse(string text) =>
        DurationText.TryParse(text, out var duration) ? duration : throw new FormatException($"\"{text}\" is not a duration such as \"150ms\".");
}
