using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Consensus.Configuration;

/// <summary>
/// Fills settings from a configuration section and collects what does not fit: unknown keys, values of the wrong type, a list where a value
/// belongs. The framework's own binder would pass over the first and throw at the first of the others.
/// </summary>
internal sealed class SectionBinder
{
    private readonly SettingProblems _problems;

    /// <param name="problems">Where the problems go.</param>
    public SectionBinder(SettingProblems problems) => _problems = problems;

    /// <summary>Fills settings from the keys of a section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="target">The settings.</param>
    /// <param name="sections">The keys that hold more than a value, and what binds them.</param>
    public void BindKeys<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(
        IConfigurationSection section, T target, params (string Key, Action<IConfigurationSection> Bind)[] sections)
        where T : class
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            _problems.Add(section.Path, section.Value, "an object");
            return;
        }

        var children = section.GetChildren().ToList();
        if (children.Count > 0 && children.TrueForAll(IsListItem))
        {
            _problems.Add(section.Path, $"{section.Path} is a list; allowed: an object.");
            return;
        }

        var settings = Setting.Of<T>().ToDictionary(setting => setting.Name, StringComparer.OrdinalIgnoreCase);
        var binders = sections.ToDictionary(part => part.Key, part => part.Bind, StringComparer.OrdinalIgnoreCase);
        foreach (var child in children)
        {
            if (binders.TryGetValue(child.Key, out var bind))
            {
                bind(child);
            }
            else if (settings.TryGetValue(child.Key, out var setting))
            {
                BindValue(child, setting, target);
            }
            else
            {
                _problems.Add(child.Path, NearestName.Complain(child.Path, child.Key, [.. settings.Keys, .. binders.Keys]));
            }
        }
    }

    /// <summary>Goes through the items of an object whose keys are not known beforehand.</summary>
    /// <param name="section">The object.</param>
    /// <param name="items">What it has, for people.</param>
    /// <param name="bind">Takes each item.</param>
    public void BindMap(IConfigurationSection section, string items, Action<IConfigurationSection> bind)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            _problems.Add(section.Path, section.Value, $"an object with {items}");
            return;
        }

        foreach (var child in section.GetChildren())
        {
            bind(child);
        }
    }

    /// <summary>Goes through the items of a list in their order.</summary>
    /// <param name="section">The list.</param>
    /// <param name="items">What it is a list of, for people.</param>
    /// <param name="bind">Takes each item.</param>
    public void BindList(IConfigurationSection section, string items, Action<IConfigurationSection> bind)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            _problems.Add(section.Path, section.Value, $"a list of {items}");
            return;
        }

        var children = section.GetChildren().ToList();
        if (children.Find(child => !IsListItem(child)) is { } named)
        {
            _problems.Add(section.Path, $"{section.Path} is an object with the key {named.Key}; allowed: a list of {items}.");
            return;
        }

        foreach (var child in children.OrderBy(child => int.Parse(child.Key, CultureInfo.InvariantCulture)))
        {
            bind(child);
        }
    }

    /// <summary>Reads one value as it is written.</summary>
    /// <returns>The text; <see langword="null"/> if there is no single value, which is a problem.</returns>
    public string? ReadText(IConfigurationSection section, string allowed)
    {
        if (section.GetChildren().Any())
        {
            _problems.Add(section.Path, $"{section.Path} is an object or a list; allowed: {allowed}.");
            return null;
        }

        if (section.Value is null)
        {
            _problems.Add(section.Path, $"{section.Path} is null; allowed: {allowed}.");
        }

        return section.Value;
    }

    // A list is an object whose keys are numbers once it has become a configuration.
    private static bool IsListItem(IConfigurationSection item) => int.TryParse(item.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private void BindValue(IConfigurationSection child, Setting setting, object target)
    {
        if (ReadText(child, setting.Allowed) is not { } text)
        {
            return;
        }

        if (SettingFormat.TryParse(setting.Type, text, out var value))
        {
            setting.Set(target, value);
        }
        else
        {
            _problems.Add(child.Path, text, setting.Allowed);
        }
    }
}
