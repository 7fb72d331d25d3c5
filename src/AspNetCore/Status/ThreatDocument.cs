namespace Consensus.AspNetCore.Status;

/// <summary>What a node knows that speaks against a member.</summary>
/// <param name="Node">The member's number.</param>
/// <param name="OwnLevel">The level by what the node has seen itself.</param>
/// <param name="SignatureFailures">How many of the member's messages it could not accept lately.</param>
/// <param name="AgreedLevel">The level that at least one member has seen that does not lie, or that is proven.</param>
/// <param name="Reporters">How many members report it.</param>
/// <param name="Evidence">Whether there is evidence against it.</param>
internal sealed record ThreatDocument(uint Node, string OwnLevel, int SignatureFailures, string AgreedLevel, int Reporters, bool Evidence)
{
    /// <summary>The documents for all members of whom something is known.</summary>
    public static IReadOnlyList<ThreatDocument> Of(IReadOnlyList<MemberThreat> threats) =>
        [.. threats.Select(threat => new ThreatDocument(threat.Member.Value, WireNames.Of(threat.OwnLevel), threat.SignatureFailures, WireNames.Of(threat.AgreedLevel), threat.Reporters, threat.HasEvidence))];
}
