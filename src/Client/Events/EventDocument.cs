using Consensus.Client.Json;
using Consensus.Client.Members;

namespace Consensus.Client.Events;

/// <summary>The data of one event as the API writes it. Which members it has depends on the event's name.</summary>
internal sealed record EventDocument
{
    public uint? Node { get; init; }

    public string? Role { get; init; }

    public ulong? Term { get; init; }

    public ulong? Epoch { get; init; }

    public string? EpochId { get; init; }

    public string? Protocol { get; init; }

    public ulong? Index { get; init; }

    public ulong? Acknowledged { get; init; }

    public long? Bytes { get; init; }

    public long? Count { get; init; }

    public string? Expected { get; init; }

    public string? Actual { get; init; }

    public string? Reason { get; init; }

    public string? Detail { get; init; }

    public string? Evidence { get; init; }

    public long? TimeMs { get; init; }

    public long? ClockMs { get; init; }

    public string? Cause { get; init; }

    public string? Level { get; init; }

    public bool? Agreed { get; init; }

    public MembershipDocument? Membership { get; init; }

    /// <summary>What happened, or <see langword="null"/> if it is nothing that this version of the client knows.</summary>
    public ConsensusEvent? ToEvent(string name)
    {
        var (node, index, detail) = (new NodeId(Node ?? 0), new LogIndex(Index ?? 0), Detail ?? "");
        return name switch
        {
            "leader_changed" => new LeaderChanged(node, Term ?? 0),
            "role_changed" => new RoleChanged(WireNames.Parse(Role, ReplicaRole.Follower), Term ?? 0),
            "membership_changed" => new MembershipChanged(Membership?.ToMembership() ?? ClusterMembership.Empty, index),
            "epoch_begun" => new EpochBegun(new Epoch(Epoch ?? 0), DigestText.Parse(EpochId), Protocol ?? "", index),
            "epoch_ended" => new EpochEnded(new Epoch(Epoch ?? 0), detail, WireNames.Parse(Cause, EpochEndCause.Unknown)),
            "epoch_diverged" => new EpochDiverged(new Epoch(Epoch ?? 0), node, DigestText.Parse(Expected), DigestText.Parse(Actual)),
            "threat_level_changed" => new ThreatLevelChanged(WireNames.Parse(Level, ThreatLevel.None), node, Agreed ?? false),
            "snapshot_taken" => new SnapshotTaken(index, Bytes ?? 0),
            "snapshot_installed" => new SnapshotInstalled(index, node),
            "state_diverged" => new StateDiverged(index, node, DigestText.Parse(Expected), DigestText.Parse(Actual)),
            "acknowledged_entries_lost" => new AcknowledgedEntriesLost(node, index, new LogIndex(Acknowledged ?? 0)),
            "snapshot_postponed" => new SnapshotPostponed(detail),
            "snapshot_unreadable" => new SnapshotUnreadable(index, detail),
            "writes_suspended" => new WritesSuspended(detail),
            "writes_resumed" => new WritesResumed(),
            "message_rejected" => new MessageRejected(node, detail, Count ?? 0),
            "equivocation_detected" => new EquivocationDetected(node, detail, DigestText.Parse(Evidence)),
            "tampering_detected" => new TamperingDetected(node, detail),
            "timestamp_out_of_range" => new TimestampOutOfRange(node, new Timestamp(TimeMs ?? 0), new Timestamp(ClockMs ?? 0)),
            "peer_flooding" => new PeerFlooding(node, Count ?? 0),
            "events_lost" => new EventsLost(Count ?? 0),
            "replica_stopped" => new ReplicaStopped(WireNames.Parse(Reason, ConsensusFailure.Stopped), detail),
            _ => null,
        };
    }
}
