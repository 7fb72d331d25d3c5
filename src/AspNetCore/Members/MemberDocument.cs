using System.Text.Json.Serialization;
using Consensus.AspNetCore.Status;

namespace Consensus.AspNetCore.Members;

/// <summary>One member.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Address">Where the transport reaches it.</param>
/// <param name="Role">Its part in decisions.</param>
internal sealed record MemberDocument(uint Id, string Address, string Role)
{
    /// <summary>What its signatures are checked with; absent where the engine is always the same one, and in events.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PublicKey { get; init; }

    /// <summary>The documents for all members.</summary>
    /// <param name="membership">The members.</param>
    /// <param name="running">The epoch that knows their keys, if there are some.</param>
    public static IReadOnlyList<MemberDocument> Of(ClusterMembership membership, EpochStatus? running = null) =>
        [.. membership.Members.Select(member => new MemberDocument(member.Id.Value, member.Address, WireNames.Of(member.Role)) { PublicKey = running?.MemberKeys.GetValueOrDefault(member.Id) })];
}
