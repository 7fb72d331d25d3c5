using Consensus.Client.Json;

namespace Consensus.Client.Members;

/// <summary>One member as the API writes it.</summary>
internal sealed record MemberDocument(uint Id, string Address, string Role)
{
    /// <summary>The membership that documents describe.</summary>
    public static ClusterMembership ToMembership(IReadOnlyList<MemberDocument> members, IReadOnlyList<uint> outgoing) => new(
        [.. members.Select(member => new Member(new NodeId(member.Id), member.Address, WireNames.Parse(member.Role, MemberRole.Voter)))],
        [.. outgoing.Select(node => new NodeId(node))]);
}
