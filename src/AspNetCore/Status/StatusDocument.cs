using Consensus.AspNetCore.Members;

namespace Consensus.AspNetCore.Status;

/// <summary>One node's view of itself and its group.</summary>
/// <param name="Node">The node's number.</param>
/// <param name="Algorithm">The engine's name.</param>
/// <param name="Epoch">The epoch it is active in.</param>
/// <param name="Cluster">Where engines follow each other: the group that the epoch is of; else <c>null</c>.</param>
/// <param name="EpochId">Where engines follow each other: what the epoch is made of, as a hash, which an order to end it names; else <c>null</c>.</param>
/// <param name="Protocol">Where engines follow each other: the engine that runs; else <c>null</c>.</param>
/// <param name="EpochSettings">Where engines follow each other: what operators have ordered for the engines of all members, by name; else <c>null</c>.</param>
/// <param name="EpochRules">Where engines follow each other: when that happens without an operator, by name; else <c>null</c>.</param>
/// <param name="OperatorKeys">Where engines follow each other: the keys of those whose word lets another follow; else <c>null</c>.</param>
/// <param name="Role">What it does at the moment.</param>
/// <param name="Leader">The leader's number; <c>null</c> while none is known.</param>
/// <param name="Term">The term or view.</param>
/// <param name="Commit">The last entry known to be committed.</param>
/// <param name="Applied">The last entry applied.</param>
/// <param name="Certified">The last entry that survives up to ⌊(n−1)/3⌋ members that lie; 0 with an engine that survives crashes only.</param>
/// <param name="Last">The last entry in the log.</param>
/// <param name="Snapshot">The last entry that the newest snapshot covers.</param>
/// <param name="Threat">How much Byzantine behaviour was observed lately.</param>
/// <param name="Threats">Of which members anything is known that speaks against them.</param>
/// <param name="AcceptsWrites">Whether the disk takes commands.</param>
/// <param name="StalledSeconds">For how long nothing was committed although commands wait.</param>
/// <param name="IsMember">Whether the node belongs to the group, as far as it knows.</param>
/// <param name="CertificateExpires">When the node's certificate ends; <c>null</c> if it has none.</param>
/// <param name="Guarantees">What the engine promises.</param>
/// <param name="Members">Who belongs to the group.</param>
/// <param name="Outgoing">During a change of membership: the voters of the configuration that is being left.</param>
/// <param name="MembershipVersion">The entry of the log up to which members and outgoing hold; <c>null</c> while that is not known.</param>
internal sealed record StatusDocument(
    uint Node,
    string Algorithm,
    ulong Epoch,
    string? Cluster,
    string? EpochId,
    string? Protocol,
    IReadOnlyDictionary<string, string>? EpochSettings,
    IReadOnlyDictionary<string, string>? EpochRules,
    IReadOnlyList<string>? OperatorKeys,
    string Role,
    uint? Leader,
    ulong Term,
    ulong Commit,
    ulong Applied,
    ulong Certified,
    ulong Last,
    ulong Snapshot,
    string Threat,
    IReadOnlyList<ThreatDocument> Threats,
    bool AcceptsWrites,
    long StalledSeconds,
    bool IsMember,
    DateTimeOffset? CertificateExpires,
    IReadOnlyList<string> Guarantees,
    IReadOnlyList<MemberDocument> Members,
    IReadOnlyList<uint> Outgoing,
    ulong? MembershipVersion)
{
    /// <summary>The document for a replica's present status.</summary>
    public static StatusDocument Of(IConsensus consensus)
    {
        var status = consensus.Status;
        return new StatusDocument(
            status.Node.Value,
            status.Algorithm,
            status.Epoch.Value,
            status.RunningEpoch is { } running ? $"{running.Cluster}" : null,
            status.RunningEpoch is { } epoch ? $"{epoch.Id}" : null,
            status.RunningEpoch?.Protocol,
            status.RunningEpoch?.Settings,
            status.RunningEpoch?.Rules,
            status.RunningEpoch?.OperatorKeys,
            WireNames.Of(status.Role),
            status.Leader == NodeId.None ? null : status.Leader.Value,
            status.TermOrView,
            status.CommitIndex.Value,
            status.AppliedIndex.Value,
            status.CertifiedIndex.Value,
            status.LastIndex.Value,
            status.SnapshotIndex.Value,
            WireNames.Of(status.Threat),
            ThreatDocument.Of(status.Threats),
            status.AcceptsWrites,
            (long)status.Stalled.TotalSeconds,
            status.IsMember,
            status.CertificateExpires,
            WireNames.OfFlags(consensus.Guarantees),
            MemberDocument.Of(status.Membership, status.RunningEpoch),
            [.. status.Membership.Outgoing.Select(node => node.Value)],
            status.MembershipVersion?.Value);
    }
}
