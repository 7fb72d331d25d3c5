using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Consensus.Hosting.Validation;
using Microsoft.Extensions.Configuration;

namespace Consensus.Hosting.Binding;

/// <summary>
/// Fills settings from a configuration section and collects what does not fit: unknown keys, values of the wrong type, a list where a value
/// belongs. The framework's own binder would pass over the first and throw at the first of the others.
/// </summary>
internal sealed class SettingsBinder
{
    private readonly SettingProblems _problems;

    private SettingsBinder(SettingProblems problems) => _problems = problems;

    /// <summary>Fills <paramref name="options"/>; what went wrong is in <see cref="ConsensusOptions.BindingProblems"/>.</summary>
    public static void Bind(IConfigurationSection section, ConsensusOptions options)
    {
        options.Path = section.Path;
        if (!section.Exists())
        {
            options.BindingProblems.Add(section.Path, $"{section.Path} is missing; allowed: an object with the settings of one node.");
            return;
        }

        new SettingsBinder(options.BindingProblems).BindAll(section, options);
    }

    private void BindAll(IConfigurationSection section, ConsensusOptions options) => BindKeys(
        section,
        options,
        new Dictionary<string, Action<IConfigurationSection>>(StringComparer.OrdinalIgnoreCase)
        {
            [nameof(options.Members)] = members => BindMembers(members, options.Members),
            [nameof(options.Raft)] = child => BindKeys(child, options.Raft),
            [nameof(options.Replica)] = child => BindKeys(child, options.Replica),
            [nameof(options.Sessions)] = child => BindKeys(child, options.Sessions),
            [nameof(options.Snapshots)] = child => BindKeys(child, options.Snapshots),
            [nameof(options.Storage)] = child => BindKeys(child, options.Storage),
            [nameof(options.Transport)] = child => BindTransport(child, options.Transport),
            [nameof(options.Http)] = child => BindKeys(child, options.Http),
        });

    private void BindTransport(IConfigurationSection section, TransportSettings transport) => BindKeys(
        section,
        transport,
        new Dictionary<string, Action<IConfigurationSection>>(StringComparer.OrdinalIgnoreCase)
        {
            [nameof(transport.Tls)] = child => BindKeys(child, transport.Tls),
        });

    private void BindMembers(IConfigurationSection section, IList<MemberOptions> members)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            _problems.Add(section.Path, section.Value, "a list of members");
            return;
        }

        var items = section.GetChildren().ToList();
        if (items.Find(item => !IsListItem(item)) is { } named)
        {
            _problems.Add(section.Path, $"{section.Path} is an object with the key {named.Key}; allowed: a list of members.");
            return;
        }

        foreach (var item in items.OrderBy(item => int.Parse(item.Key, CultureInfo.InvariantCulture)))
        {
            var member = new MemberOptions { Path = item.Path };
            BindKeys(item, member);
            members.Add(member);
        }
    }

    // A list is an object whose keys are numbers once it has become a configuration.
    private static bool IsListItem(IConfigurationSection item) => int.TryParse(item.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private void BindKeys<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(
        IConfigurationSection section, T target, Dictionary<string, Action<IConfigurationSection>>? sections = null)
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
        foreach (var child in children)
        {
            if (sections is not null && sections.TryGetValue(child.Key, out var bind))
            {
                bind(child);
            }
            else if (settings.TryGetValue(child.Key, out var setting))
            {
                BindValue(child, setting, target);
            }
            else
            {
                _problems.Add(child.Path, NearestName.Complain(child.Path, child.Key, [.. settings.Keys, .. sections?.Keys.AsEnumerable() ?? []]));
            }
        }
    }

    private void BindValue(IConfigurationSection child, Setting setting, object target)
    {
        if (child.GetChildren().Any())
        {
            _problems.Add(child.Path, $"{child.Path} is an object or a list; allowed: {setting.Allowed}.");
        }
        else if (child.Value is not { } text)
        {
            _problems.Add(child.Path, $"{child.Path} is null; allowed: {setting.Allowed}.");
        }
        else if (SettingFormat.TryParse(setting.Type, text, out var value))
        {
            setting.Set(target, value);
        }
        else
        {
            _problems.Add(child.Path, text, setting.Allowed);
        }
    }
}
