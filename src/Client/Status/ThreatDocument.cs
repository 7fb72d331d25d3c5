using Consensus.Client.Json;

namespace Consensus.Client.Status;

/// <summary>What a node knows that speaks against a member, as the API writes it.</summary>
internal sealed record ThreatDocument(uint Node, string OwnLevel, int SignatureFailures, string AgreedLevel, int Reporters, bool Evidence)
{
    /// <summary>The same for callers. No threats are the same object everywhere, so that statuses without any can be compared.</summary>
    public static IReadOnlyList<MemberThreat> ToThreats(IReadOnlyList<ThreatDocument>? threats) => threats is null or [] ? [] : [.. threats.Select(threat => threat.ToThreat())];

    private MemberThreat ToThreat() => new(
        new NodeId(Node), WireNames.Parse(OwnLevel, ThreatLevel.None), SignatureFailures, WireNames.Parse(AgreedLevel, ThreatLevel.None), Reporters, Evidence);
}
