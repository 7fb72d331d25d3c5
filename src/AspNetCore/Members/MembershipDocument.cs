using System.Text.Json.Serialization;

namespace Consensus.AspNetCore.Members;

/// <summary>Who belongs to the group.</summary>
/// <param name="Members">The members in the order of their numbers.</param>
/// <param name="Outgoing">During a change: the voters of the configuration that is being left.</param>
internal sealed record MembershipDocument(IReadOnlyList<MemberDocument> Members, IReadOnlyList<uint> Outgoing)
{
    /// <summary>
    /// The entry of the log up to which this holds: what a change expects that must not take effect if the membership has changed since. Absent while
    /// the membership is not committed, or this node does not know it yet, and in events, which have an index.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? Version { get; init; }

    /// <summary>After a change: what there is to say about it; absent if it took effect just now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>The document for a membership.</summary>
    /// <param name="membership">The members.</param>
    /// <param name="running">The epoch that knows their keys, if there are some.</param>
    public static MembershipDocument Of(ClusterMembership membership, EpochStatus? running = null) =>
        new(MemberDocument.Of(membership, running), [.. membership.Outgoing.Select(node => node.Value)]);

    /// <summary>The document for the membership that a replica sees.</summary>
    public static MembershipDocument Of(ConsensusStatus status) => Of(status.Membership, status.RunningEpoch) with { Version = status.MembershipVersion?.Value };
}
