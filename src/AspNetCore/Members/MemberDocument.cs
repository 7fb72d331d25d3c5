using Consensus.AspNetCore.Status;

namespace Consensus.AspNetCore.Members;

/// <summary>One member.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Address">Where the transport reaches it.</param>
/// <param name="Role">Its part in decisions.</param>
internal sealed record MemberDocument(uint Id, string Address, string Role)
{
    /// <summary>The documents for all members.</summary>
    public static IReadOnlyList<MemberDocument> Of(ClusterMembership membership) =>
        [.. membership.Members.Select(member => new MemberDocument(member.Id.Value, member.Address, WireNames.Of(member.Role)))];
}
