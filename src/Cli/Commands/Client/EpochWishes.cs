using Consensus.Cryptography;
using Consensus.Hosting;
using Consensus.Hybrid;

namespace Consensus.Cli.Commands.Client;

/// <summary>What an operator wants of the next epoch besides an engine and members: other settings, rules and operators than the one that runs has.</summary>
internal sealed class EpochWishes
{
    private const string AllowedKey = "64 hexadecimal digits, as keys generate and keys show print them";

    private readonly IReadOnlyList<(NamedSetting<EpochSettings> Setting, string? Value)> _settings;
    private readonly IReadOnlyList<(NamedSetting<EpochRules> Rule, string? Value)> _rules;
    private readonly IReadOnlyList<PublicKey> _come;
    private readonly IReadOnlyList<PublicKey> _go;

    private EpochWishes(
        IReadOnlyList<(NamedSetting<EpochSettings> Setting, string? Value)> settings, IReadOnlyList<(NamedSetting<EpochRules> Rule, string? Value)> rules, IReadOnlyList<PublicKey> come, IReadOnlyList<PublicKey> go)
    {
        _settings = settings;
        _rules = rules;
        _come = come;
        _go = go;
    }

    /// <summary>Whether anything is wanted.</summary>
    public bool IsAny => _settings.Count + _rules.Count + _come.Count + _go.Count > 0;

    /// <summary>Reads what was given on the command line.</summary>
    /// <param name="set">The values of <c>--set</c>.</param>
    /// <param name="unset">The values of <c>--unset</c>.</param>
    /// <param name="rules">The values of <c>--rule</c>.</param>
    /// <param name="add">The values of <c>--add-operator</c>.</param>
    /// <param name="remove">The values of <c>--remove-operator</c>.</param>
    /// <exception cref="UsageException">A value is none, or something is named twice.</exception>
    public static EpochWishes Parse(IReadOnlyList<string> set, IReadOnlyList<string> unset, IReadOnlyList<string> rules, IReadOnlyList<string> add, IReadOnlyList<string> remove)
    {
        (NamedSetting<EpochSettings> Setting, string? Value)[] settings =
        [
            .. set.Select(text => Assigned("--set", text, EpochSettingNames.Settings, EpochSettings.None)),
            .. unset.Select(text => (Find("--unset", text, EpochSettingNames.Settings), (string?)null)),
        ];
        (NamedSetting<EpochRules> Rule, string? Value)[] assigned = [.. rules.Select(text => Assigned("--rule", text, EpochSettingNames.Rules, new EpochRules()))];
        foreach (var name in settings.Select(setting => setting.Setting.Name).Concat(assigned.Select(rule => rule.Rule.Name)).GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            throw new UsageException($"{name.Key} is named {name.Count()} times; allowed: once.");
        }

        return new EpochWishes(settings, assigned, [.. add.Select(text => ReadKey("--add-operator", text))], [.. remove.Select(text => ReadKey("--remove-operator", text))]);
    }

    /// <summary>What is wanted, with what stays of the epoch that runs.</summary>
    /// <param name="next">What is to follow as far as engine and members go.</param>
    /// <param name="running">The epoch that runs.</param>
    /// <exception cref="UsageException">The group could not go on like that, or is like that.</exception>
    public NextEpoch ApplyTo(NextEpoch next, EpochDescriptor running)
    {
        var wanted = next with { Settings = SettingsAfter(running.Settings), Rules = RulesAfter(running.Rules), Operators = OperatorsAfter(running) };
        if (IsAny && !wanted.DifferencesFrom(running).Any())
        {
            throw new UsageException($"Nothing is to change: epoch {running.Number} has all that already.");
        }

        return wanted;
    }

    private EpochSettings? SettingsAfter(EpochSettings present)
    {
        var wanted = _settings.Aggregate(present, static (all, wish) => wish.Setting.Over(all, wish.Value)!);
        return wanted == present ? null
            : wanted.Validate() is { Count: > 0 } problems ? throw new UsageException($"Nothing was sent. {string.Join(' ', problems)}")
            : wanted;
    }

    private EpochRules? RulesAfter(EpochRules present)
    {
        var wanted = _rules.Aggregate(present, static (all, wish) => wish.Rule.Over(all, wish.Value)!);
        return wanted == present ? null : wanted;
    }

    private NextOperators? OperatorsAfter(EpochDescriptor running)
    {
        if (_come.Count + _go.Count == 0)
        {
            return null;
        }

        var present = running.Operators;
        if (_go.FirstOrDefault(key => !present.Contains(key)) is var stranger && _go.Contains(stranger))
        {
            throw new UsageException($"--remove-operator is {stranger}; allowed: the key of an operator, which are {string.Join(", ", present)}.");
        }

        if (_come.FirstOrDefault(present.Contains) is var known && _come.Contains(known))
        {
            throw new UsageException($"--add-operator is {known}, which is an operator's already.");
        }

        var wanted = NextOperators.Of(present.Where(key => !_go.Contains(key)).Concat(_come));
        return wanted.DefectAmong(running.Members) is { } defect ? throw new UsageException($"Nothing was sent. {defect}") : wanted;
    }

    private static (NamedSetting<T> Setting, string? Value) Assigned<T>(string option, string text, IReadOnlyList<NamedSetting<T>> names, T none)
        where T : class
    {
        var sign = text.IndexOf('=', StringComparison.Ordinal);
        var setting = sign < 0 ? throw new UsageException($"{option} is '{text}'; allowed: NAME=VALUE, with one of {NamesOf(names)}.") : Find(option, text[..sign], names);
        var value = text[(sign + 1)..];
        return setting.Over(none, value) is null ? throw new UsageException($"{option} {setting.Name} is '{value}'; allowed: {setting.Allowed}.") : (setting, value);
    }

    private static NamedSetting<T> Find<T>(string option, string text, IReadOnlyList<NamedSetting<T>> names)
        where T : class =>
        names.FirstOrDefault(name => name.Name.Equals(text, StringComparison.OrdinalIgnoreCase))
        ?? throw new UsageException($"{option} names '{text}', which no order changes; allowed: {NamesOf(names)}.");

    private static string NamesOf<T>(IReadOnlyList<NamedSetting<T>> names)
        where T : class => string.Join(", ", names.Select(name => name.Name));

    /// <summary>No key is shown that is none: what stands there may be a secret, put in the wrong place.</summary>
    private static PublicKey ReadKey(string option, string text) =>
        MemberKeys.TryParse(text, out var key) ? key : throw new UsageException($"{option} is a text of {text.Length} characters that is no public key; allowed: {AllowedKey}.");
}
