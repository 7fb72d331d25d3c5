using System.Collections.Immutable;
using System.Globalization;
using Consensus.HotStuff;

namespace Consensus.Hybrid;

/// <summary>What the settings and rules of an epoch are called, and how their values are written: as in a node's configuration.</summary>
public static class EpochSettingNames
{
    private const string HotStuffSection = "HotStuff:";
    private const string ANumber = "a number";
    private const string ADuration = "a duration, such as 500ms";
    private const string YesOrNo = "true or false";

    /// <summary>The settings of the engines.</summary>
    public static IReadOnlyList<NamedSetting<EpochSettings>> Settings { get; } =
    [
        Duration(nameof(EpochSettings.ViewTimeout), static all => all.ViewTimeout, static (all, value) => all with { ViewTimeout = value }),
        Duration(nameof(EpochSettings.ViewTimeoutMax), static all => all.ViewTimeoutMax, static (all, value) => all with { ViewTimeoutMax = value }),
        Number(nameof(EpochSettings.CheckpointBlocks), static all => all.CheckpointBlocks, static (all, value) => all with { CheckpointBlocks = value }),
        Number(nameof(EpochSettings.WindowBlocks), static all => all.WindowBlocks, static (all, value) => all with { WindowBlocks = value }),
        Number(nameof(EpochSettings.BlockBytesMax), static all => all.BlockBytesMax, static (all, value) => all with { BlockBytesMax = value }),
        Number(nameof(EpochSettings.BatchBytesMax), static all => all.BatchBytesMax, static (all, value) => all with { BatchBytesMax = value }),
        Number(nameof(EpochSettings.CatchUpBytes), static all => all.CatchUpBytes, static (all, value) => all with { CatchUpBytes = value }),
        new(
            HotStuffSection + nameof(HotStuffOptions.Rules),
            string.Join(" or ", Enum.GetNames<HotStuffRuleSet>()),
            static all => all.HotStuffRules is { } rules ? $"{rules}" : null,
            static (all, text) => text is null ? all with { HotStuffRules = null } : TryParse<HotStuffRuleSet>(text, out var rules) ? all with { HotStuffRules = rules } : null),
        Number(HotStuffSection + nameof(EpochSettings.TermViews), static all => all.TermViews, static (all, value) => all with { TermViews = value }),
        Number(HotStuffSection + nameof(EpochSettings.PenaltyRotations), static all => all.PenaltyRotations, static (all, value) => all with { PenaltyRotations = value }),
        Number(nameof(EpochSettings.CheckpointEntries), static all => all.CheckpointEntries, static (all, value) => all with { CheckpointEntries = value }),
    ];

    /// <summary>The rules. Each always has a value.</summary>
    public static IReadOnlyList<NamedSetting<EpochRules>> Rules { get; } =
    [
        new(
            nameof(EpochRules.EscalationTarget),
            $"{EpochProtocol.Pbft} or {EpochProtocol.HotStuff}",
            static all => $"{all.EscalationTarget}",
            static (all, text) => TryParse<EpochProtocol>(text, out var target) && target != EpochProtocol.Raft ? all with { EscalationTarget = target } : null),
        Flag(nameof(EpochRules.EscalatesForCommands), static all => all.EscalatesForCommands, static (all, value) => all with { EscalatesForCommands = value }),
        Flag(nameof(EpochRules.ReturnsAlone), static all => all.ReturnsAlone, static (all, value) => all with { ReturnsAlone = value }),
    ];

    /// <summary>The settings that are named, with their values.</summary>
    public static ImmutableSortedDictionary<string, string> TextsOf(EpochSettings settings) => TextsOf(Settings, settings);

    /// <summary>The rules, with their values.</summary>
    public static ImmutableSortedDictionary<string, string> TextsOf(EpochRules rules) => TextsOf(Rules, rules);

    private static ImmutableSortedDictionary<string, string> TextsOf<T>(IReadOnlyList<NamedSetting<T>> names, T all)
        where T : class =>
        names.Where(name => name.ReadFrom(all) is not null).ToImmutableSortedDictionary(name => name.Name, name => name.ReadFrom(all)!, StringComparer.Ordinal);

    private static NamedSetting<EpochSettings> Number(string name, Func<EpochSettings, int?> read, Func<EpochSettings, int?, EpochSettings> write) => new(
        name,
        ANumber,
        all => read(all)?.ToString(CultureInfo.InvariantCulture),
        (all, text) => text is null ? write(all, null) : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? write(all, number) : null);

    private static NamedSetting<EpochSettings> Duration(string name, Func<EpochSettings, TimeSpan?> read, Func<EpochSettings, TimeSpan?, EpochSettings> write) => new(
        name,
        ADuration,
        all => read(all) is { } value ? DurationText.Format(value) : null,
        (all, text) => text is null ? write(all, null) : DurationText.TryParse(text, out var value) ? write(all, value) : null);

    private static NamedSetting<EpochRules> Flag(string name, Func<EpochRules, bool> read, Func<EpochRules, bool, EpochRules> write) => new(
        name,
        YesOrNo,
        all => read(all) ? "true" : "false",
        (all, text) => bool.TryParse(text, out var value) ? write(all, value) : null);

    /// <summary>By name alone: a number is none.</summary>
    private static bool TryParse<T>(string? text, out T value)
        where T : struct, Enum
    {
        value = default;
        return Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase) && Enum.TryParse(text, ignoreCase: true, out value);
    }
}
