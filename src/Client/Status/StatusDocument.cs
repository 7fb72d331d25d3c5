using Consensus.Client.Json;
using Consensus.Client.Members;

namespace Consensus.Client.Status;

/// <summary>One node's view of itself and its group, as the API writes it.</summary>
internal sealed record StatusDocument
{
    public required uint Node { get; init; }

    public string Algorithm { get; init; } = "";

    public ulong Epoch { get; init; }

    public string Role { get; init; } = "";

    public uint? Leader { get; init; }

    public ulong Term { get; init; }

    public ulong Commit { get; init; }

    public ulong Applied { get; init; }

    public ulong Last { get; init; }

    public ulong Snapshot { get; init; }

    public string Threat { get; init; } = "";

    public bool AcceptsWrites { get; init; }

    public IReadOnlyList<string> Guarantees { get; init; } = [];

    public IReadOnlyList<MemberDocument> Members { get; init; } = [];

    public IReadOnlyList<uint> Outgoing { get; init; } = [];

    /// <summary>The status.</summary>
    public NodeStatus ToStatus() => new(
        new ConsensusStatus
        {
            Node = new NodeId(Node),
            Algorithm = Algorithm,
            Epoch = new Epoch(Epoch),
            Role = WireNames.Parse(Role, ReplicaRole.Follower),
            Leader = new NodeId(Leader ?? 0),
            TermOrView = Term,
            LastIndex = new LogIndex(Last),
            CommitIndex = new LogIndex(Commit),
            AppliedIndex = new LogIndex(Applied),
            SnapshotIndex = new LogIndex(Snapshot),
            Threat = WireNames.Parse(Threat, ThreatLevel.None),
            Membership = MemberDocument.ToMembership(Members, Outgoing),
            AcceptsWrites = AcceptsWrites,
        },
        Guarantees.Aggregate(ConsensusGuarantees.None, (all, name) => all | WireNames.Parse(name, ConsensusGuarantees.None)));
}
