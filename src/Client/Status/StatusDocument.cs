using Consensus.Client.Json;
using Consensus.Client.Members;

namespace Consensus.Client.Status;

/// <summary>One node's view of itself and its group, as the API writes it.</summary>
internal sealed record StatusDocument
{
    public required uint Node { get; init; }

    public required string Algorithm { get; init; }

    public required ulong Epoch { get; init; }

    public string? Cluster { get; init; }

    public string? EpochId { get; init; }

    public string? Protocol { get; init; }

    public IReadOnlyDictionary<string, string>? EpochSettings { get; init; }

    public IReadOnlyDictionary<string, string>? EpochRules { get; init; }

    public IReadOnlyList<string>? OperatorKeys { get; init; }

    public required string Role { get; init; }

    public required uint? Leader { get; init; }

    public required ulong Term { get; init; }

    public required ulong Commit { get; init; }

    public required ulong Applied { get; init; }

    public ulong Certified { get; init; }

    public required ulong Last { get; init; }

    public required ulong Snapshot { get; init; }

    public required string Threat { get; init; }

    public IReadOnlyList<ThreatDocument>? Threats { get; init; }

    public required bool AcceptsWrites { get; init; }

    public long StalledSeconds { get; init; }

    public DateTimeOffset? CertificateExpires { get; init; }

    public required IReadOnlyList<string> Guarantees { get; init; }

    public required IReadOnlyList<MemberDocument> Members { get; init; }

    public required IReadOnlyList<uint> Outgoing { get; init; }

    public ulong? MembershipVersion { get; init; }

    /// <summary>The status.</summary>
    public NodeStatus ToStatus() => new(
        new ConsensusStatus
        {
            Node = new NodeId(Node),
            Algorithm = Algorithm,
            Epoch = new Epoch(Epoch),
            RunningEpoch = ToEpoch(),
            Role = WireNames.Parse(Role, ReplicaRole.Follower),
            Leader = new NodeId(Leader ?? 0),
            TermOrView = Term,
            LastIndex = new LogIndex(Last),
            CommitIndex = new LogIndex(Commit),
            AppliedIndex = new LogIndex(Applied),
            CertifiedIndex = new LogIndex(Certified),
            SnapshotIndex = new LogIndex(Snapshot),
            Threat = WireNames.Parse(Threat, ThreatLevel.None),
            Threats = ThreatDocument.ToThreats(Threats),
            Membership = MemberDocument.ToMembership(Members, Outgoing),
            MembershipVersion = MembershipVersion is { } version ? new LogIndex(version) : null,
            AcceptsWrites = AcceptsWrites,
            Stalled = TimeSpan.FromSeconds(StalledSeconds),
            CertificateExpires = CertificateExpires,
        },
        Guarantees.Aggregate(ConsensusGuarantees.None, (all, name) => all | WireNames.Parse(name, ConsensusGuarantees.None)));

    private EpochStatus? ToEpoch()
    {
        if (Protocol is null)
        {
            return null;
        }

        var epoch = new EpochStatus(Guid.TryParse(Cluster, out var cluster) ? new ClusterId(cluster) : ClusterId.None, DigestText.Parse(EpochId), Protocol) { MemberKeys = MemberDocument.ToKeys(Members) };
        return epoch with { Settings = EpochSettings ?? epoch.Settings, Rules = EpochRules ?? epoch.Rules, OperatorKeys = OperatorKeys ?? epoch.OperatorKeys };
    }
}
