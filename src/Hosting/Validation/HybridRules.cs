using Consensus.Configuration;
using Consensus.Cryptography;
using Consensus.Hybrid;

namespace Consensus.Hosting.Validation;

/// <summary>What makes a hybrid possible: somebody whose word changes the engine, who is no member, and settings that suit all of its engines.</summary>
internal static class HybridRules
{
    private const string AllowedKey = "the public key of an operator, 64 hexadecimal digits, as consensus keys generate and keys show print it";

    public static void Check(ConsensusOptions options, SettingProblems problems)
    {
        CheckKeys(options, problems);
        if (!options.IsHybrid)
        {
            return;
        }

        var path = $"{options.Path}:{nameof(options.Hybrid)}:{nameof(options.Hybrid.OperatorKeys)}";
        var count = options.Hybrid.OperatorKeys.Count;
        if (count is 0 or > EpochDescriptor.OperatorsMax && !problems.Has(path))
        {
            problems.Add(path, $"{path} has {count} keys; allowed: 1 to {EpochDescriptor.OperatorsMax}, for nobody else can let another engine follow.");
        }

        // Of the section Hybrid itself there is a sentence already, where values have their bounds and are compared.
        foreach (var sentence in HybridSettings.ToOptions(options).Validate().Where(static sentence => sentence.StartsWith($"{nameof(options.Raft)}.", StringComparison.Ordinal)))
        {
            var setting = $"{options.Path}:{sentence[..sentence.IndexOf(' ', StringComparison.Ordinal)].Replace('.', ':')}";
            problems.Add(setting, $"{setting}{sentence[sentence.IndexOf(' ', StringComparison.Ordinal)..]}");
        }
    }

    /// <summary>No key is shown that is not well-formed: what stands there may be a secret, put in the wrong place.</summary>
    private static void CheckKeys(ConsensusOptions options, SettingProblems problems)
    {
        var known = new Dictionary<PublicKey, string>();
        for (var i = 0; i < options.Members.Count; i++)
        {
            if (MemberKeys.TryParse(options.Members[i].PublicKey, out var key))
            {
                known.TryAdd(key, $"{MemberRules.PathOf(options, i)}:{nameof(MemberOptions.PublicKey)}");
            }
        }

        foreach (var (i, text) in options.Hybrid.OperatorKeys.Index())
        {
            var path = $"{options.Path}:{nameof(options.Hybrid)}:{nameof(options.Hybrid.OperatorKeys)}:{i}";
            if (problems.Has(path))
            {
                continue;
            }

            if (!PublicKey.TryParse(text, out var key))
            {
                problems.Add(path, $"{path} is a text of {text.Length} characters that is no public key; allowed: {AllowedKey}.");
            }
            else if (!Ed25519.IsCanonical(key))
            {
                problems.Add(path, $"{path} is no key that anybody could sign with; allowed: {AllowedKey}.");
            }
            else if (!known.TryAdd(key, path))
            {
                problems.Add(path, $"{path} is the same key as {known[key]}; allowed: a key that nobody else has, for a member that lies must not choose the engine.");
            }
        }
    }
}
