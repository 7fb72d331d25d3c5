namespace Consensus.Replication.Workflow;

/// <summary>What properties may be, and how changes are merged into those of a case.</summary>
internal static class PropertyRule
{
    /// <summary>Checks names, sizes and that no property is named twice.</summary>
    public static WorkflowVerdict Check(ValueList<PropertyChange> changes, WorkflowLimits limits)
    {
        // Removing one and setting another at the limit takes more changes than a case has properties, so twice as many are allowed.
        if (changes.Count > 2 * limits.PropertiesMax)
        {
            return new(WorkflowRejection.TooManyProperties, $"There are {changes.Count} changes of properties; allowed: up to {2 * limits.PropertiesMax}.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            var verdict = NameRule.Check("a property", change.Name);
            if (!verdict.IsAccepted)
            {
                return verdict;
            }

            if (!names.Add(change.Name))
            {
                return new(WorkflowRejection.DuplicateProperty, $"Property '{change.Name}' is named twice.");
            }

            if (change.Value is { } value && value.Bytes.Length > limits.PropertyBytesMax)
            {
                return new(
                    WorkflowRejection.PropertyTooLarge,
                    $"Property '{change.Name}' has {value.Bytes.Length} bytes; allowed: up to {limits.PropertyBytesMax}.");
            }
        }

        return WorkflowVerdict.Accepted;
    }

    /// <summary>The properties after the changes, in ordinal order of their names.</summary>
    public static ValueList<Property> Merge(ValueList<Property> properties, ValueList<PropertyChange> changes)
    {
        if (changes.Count == 0)
        {
            return properties;
        }

        var merged = new SortedDictionary<string, PropertyValue>(StringComparer.Ordinal);
        foreach (var property in properties)
        {
            merged[property.Name] = property.Value;
        }

        foreach (var change in changes)
        {
            if (change.Value is { } value)
            {
                merged[change.Name] = value;
            }
            else
            {
                merged.Remove(change.Name);
            }
        }

        return ValueList.From(merged.Select(pair => new Property(pair.Key, pair.Value)));
    }
}
