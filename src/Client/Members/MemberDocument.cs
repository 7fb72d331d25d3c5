using System.Collections.Immutable;
using Consensus.Client.Json;

namespace Consensus.Client.Members;

/// <summary>One member as the API writes it.</summary>
internal sealed record MemberDocument(uint Id, string Address, string Role)
{
    /// <summary>What its signatures are checked with; nothing where no order needs to name it.</summary>
    public string? PublicKey { get; init; }

    /// <summary>The keys that documents name.</summary>
    public static ImmutableSortedDictionary<NodeId, string> ToKeys(IReadOnlyList<MemberDocument> members) =>
        members.Where(member => member.PublicKey is not null).DistinctBy(member => member.Id).ToImmutableSortedDictionary(member => new NodeId(member.Id), member => member.PublicKey!);

    /// <summary>The membership that documents describe.</summary>
    public static ClusterMembership ToMembership(IReadOnlyList<MemberDocument> members, IReadOnlyList<uint> outgoing) => new(
        [.. members.Select(member => new Member(new NodeId(member.Id), member.Address, WireNames.Parse(member.Role, MemberRole.Voter)))],
        [.. outgoing.Select(node => new NodeId(node))]);
}
