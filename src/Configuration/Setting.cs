using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Consensus.Configuration;

/// <summary>One key of a settings class that holds a value: its name, its type, and what its annotations allow.</summary>
internal sealed class Setting
{
    private readonly PropertyInfo _property;

    private Setting(PropertyInfo property)
    {
        _property = property;
        IsRequired = property.GetCustomAttribute<RequiredAttribute>() is not null;
        Range = property.GetCustomAttribute<RangeAttribute>();
        Durations = property.GetCustomAttribute<DurationRangeAttribute>();
        Values = property.GetCustomAttribute<AllowedValuesAttribute>();
    }

    public string Name => _property.Name;

    /// <summary>The type of its value; a setting that may be left out without having a default has the same.</summary>
    public Type Type => Nullable.GetUnderlyingType(_property.PropertyType) ?? _property.PropertyType;

    public bool IsRequired { get; }

    public RangeAttribute? Range { get; }

    public DurationRangeAttribute? Durations { get; }

    /// <summary>The values of its type that are allowed, if not all are.</summary>
    public AllowedValuesAttribute? Values { get; }

    /// <summary>What may stand there, for people.</summary>
    public string Allowed
    {
        get
        {
            var kind = SettingFormat.Describe(Type);
            return (Range, Durations, Values) switch
            {
                ({ } range, _, _) => $"{kind} from {Group(range.Minimum)} to {Group(range.Maximum)}",
                (_, { } range, _) => $"{kind}, from {DurationText.Format(range.Minimum)} to {DurationText.Format(range.Maximum)}",
                (_, _, { } values) => $"one of {string.Join(", ", values.Values)}",
                _ => IsRequired && Type == typeof(string) ? "a text that is not empty" : kind,
            };
        }
    }

    /// <summary>
    /// The keys of a settings class that hold values. Those that hold further keys have no setter, and what calls back into the program has no
    /// form in a configuration.
    /// </summary>
    public static IEnumerable<Setting> Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>() =>
        typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true } && !property.PropertyType.IsAssignableTo(typeof(Delegate)))
            .Select(property => new Setting(property));

    public object? Get(object settings) => _property.GetValue(settings);

    public void Set(object settings, object? value) => _property.SetValue(settings, value);

    /// <summary>Whether the value is there at all, if it must be.</summary>
    public bool IsMissing(object settings) => IsRequired && Get(settings) switch
    {
        null => true,
        string text => string.IsNullOrWhiteSpace(text),
        NodeId node => node == NodeId.None,
        ClusterId cluster => cluster == ClusterId.None,
        _ => false,
    };

    /// <summary>Whether the value is within its bounds.</summary>
    public bool IsWithinBounds(object settings)
    {
        var value = Get(settings);
        return (Range?.IsValid(value) ?? true)
            && (Durations?.IsValid(value) ?? true)
            && (Values?.IsValid(value) ?? true)
            && (!Type.IsEnum || Enum.IsDefined(Type, value!));
    }

    private static string Group(object bound) => Convert.ToDouble(bound) is var number && number == Math.Floor(number) ? $"{number:N0}" : $"{number}";
}
