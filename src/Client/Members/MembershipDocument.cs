namespace Consensus.Client.Members;

/// <summary>Who belongs to the group, as the API writes it.</summary>
internal sealed record MembershipDocument(IReadOnlyList<MemberDocument> Members, IReadOnlyList<uint> Outgoing)
{
    /// <summary>The membership.</summary>
    public ClusterMembership ToMembership() => MemberDocument.ToMembership(Members, Outgoing);
}
