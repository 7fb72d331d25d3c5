using Consensus.Cryptography;

namespace Consensus.Hybrid;

/// <summary>An epoch as it stands in a file; all of it but the certificate follows from the certificates, and is compared with them.</summary>
internal sealed record EpochFile(
    ulong Epoch,
    string Id,
    string Protocol,
    int FaultsMax,
    int Quorum,
    IReadOnlyList<EpochMemberFile> Members,
    ulong Start,
    string BegunBy,
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyDictionary<string, string> Rules,
    IReadOnlyList<string> OperatorKeys,
    byte[]? Certificate)
{
    /// <summary>What a file says of one of the epochs.</summary>
    public static EpochFile Of(EpochHistory history, int number)
    {
        var epoch = history.Epochs[number];
        return new EpochFile(
            epoch.Number.Value,
            $"{epoch.Id}",
            HybridEngine.NameOf(epoch.Protocol),
            epoch.Members.FaultsMax,
            epoch.Members.Quorum,
            [.. epoch.Members.Members.Select(static member => new EpochMemberFile(member.Id.Value, $"{member.Key}"))],
            epoch.Start.Index.Value,
            number == 0 ? "configuration" : epoch.IsOrdered ? "operator" : "members",
            EpochSettingNames.TextsOf(epoch.Settings),
            EpochSettingNames.TextsOf(epoch.Rules),
            [.. epoch.Operators.Select(static key => $"{key}")],
            number == 0 ? null : EpochSlots.BeginningValue(history.Beginnings[number - 1]));
    }

    /// <summary>The first epoch of a group, as the file has it.</summary>
    /// <param name="cluster">The group.</param>
    /// <returns>The epoch; nothing, if no group begins like that.</returns>
    public EpochDescriptor? ToFirst(string cluster)
    {
        var protocols = Enum.GetValues<EpochProtocol>().Where(protocol => HybridEngine.NameOf(protocol) == Protocol).ToArray();
        if (!ClusterId.TryParse(cluster, out var group) || protocols is not [var protocol] || !OperatorKeys.Concat(Members.Select(static member => member?.PublicKey ?? "")).All(static key => PublicKey.TryParse(key, out _)))
        {
            return null;
        }

        var rules = Rules.Aggregate((EpochRules?)new EpochRules(), static (all, rule) => all is null ? null : EpochSettingNames.Rules.FirstOrDefault(name => name.Name == rule.Key)?.Over(all, rule.Value));
        try
        {
            var members = SignerSet.Create(Members.Select(static member => new MemberKey(new NodeId(member.Id), PublicKey.Parse(member.PublicKey))));
            return rules is null ? null : EpochDescriptor.First(group, protocol, members, OperatorKeys.Select(static key => PublicKey.Parse(key)), rules);
        }
        catch (ConsensusException)
        {
            return null;
        }
    }

    /// <summary>Whether it says the same as another one, whatever their certificates.</summary>
    public bool SaysAs(EpochFile other) =>
        this with { Members = [], Settings = other.Settings, Rules = other.Rules, OperatorKeys = [], Certificate = null } is var rest
        && rest == other with { Members = rest.Members, OperatorKeys = rest.OperatorKeys, Certificate = null }
        && Members.SequenceEqual(other.Members)
        && HasSame(Settings, other.Settings)
        && HasSame(Rules, other.Rules)
        && OperatorKeys.SequenceEqual(other.OperatorKeys, StringComparer.Ordinal);

    private static bool HasSame(IReadOnlyDictionary<string, string> names, IReadOnlyDictionary<string, string> others) =>
        names.Count == others.Count && names.All(name => others.TryGetValue(name.Key, out var value) && string.Equals(value, name.Value, StringComparison.Ordinal));
}
