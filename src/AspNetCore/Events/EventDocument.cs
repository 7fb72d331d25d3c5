using System.Text.Json.Serialization;
using Consensus.AspNetCore.Members;
using Consensus.AspNetCore.Status;

namespace Consensus.AspNetCore.Events;

/// <summary>The data of one server-sent event. Which members it has depends on the event's name.</summary>
internal sealed record EventDocument
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public uint? Node { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? Term { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? Epoch { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EpochId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Protocol { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? Index { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? Acknowledged { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Bytes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Count { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Expected { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Actual { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Evidence { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TimeMs { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ClockMs { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Cause { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Level { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Agreed { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MembershipDocument? Membership { get; init; }

    /// <summary>The name and the data of an event.</summary>
    public static (string Name, EventDocument Data) Of(ConsensusEvent happened) => happened switch
    {
        LeaderChanged e => ("leader_changed", new() { Node = e.Leader == NodeId.None ? null : e.Leader.Value, Term = e.TermOrView }),
        RoleChanged e => ("role_changed", new() { Role = WireNames.Of(e.Role), Term = e.TermOrView }),
        MembershipChanged e => ("membership_changed", new() { Membership = MembershipDocument.Of(e.Membership), Index = e.Index.Value }),
        EpochBegun e => ("epoch_begun", new() { Epoch = e.Epoch.Value, EpochId = $"{e.Id}", Protocol = e.Protocol, Index = e.Index.Value }),
        EpochEnded e => ("epoch_ended", new() { Epoch = e.Epoch.Value, Detail = e.Reason, Cause = WireNames.Of(e.Cause) }),
        EpochDiverged e => ("epoch_diverged", new() { Epoch = e.Epoch.Value, Node = e.Node.Value, Expected = $"{e.Expected}", Actual = $"{e.Actual}" }),
        ThreatLevelChanged e => ("threat_level_changed", new() { Node = e.Accused == NodeId.None ? null : e.Accused.Value, Level = WireNames.Of(e.Level), Agreed = e.IsAgreed }),
        SnapshotTaken e => ("snapshot_taken", new() { Index = e.Index.Value, Bytes = e.Bytes }),
        SnapshotInstalled e => ("snapshot_installed", new() { Index = e.Index.Value, Node = e.From.Value }),
        StateDiverged e => ("state_diverged", new()
        {
            Index = e.Index.Value,
            Node = e.Node.Value,
            Expected = e.Expected.ToString(),
            Actual = e.Actual.ToString(),
        }),
        AcknowledgedEntriesLost e => ("acknowledged_entries_lost", new()
        {
            Node = e.Node.Value,
            Index = e.Index.Value,
            Acknowledged = e.Acknowledged.Value,
        }),
        SnapshotPostponed e => ("snapshot_postponed", new() { Detail = e.Detail }),
        SnapshotUnreadable e => ("snapshot_unreadable", new() { Index = e.Index.Value, Detail = e.Detail }),
        WritesSuspended e => ("writes_suspended", new() { Detail = e.Detail }),
        WritesResumed => ("writes_resumed", new()),
        MessageRejected e => ("message_rejected", new() { Node = e.Peer.Value, Detail = e.Reason, Count = e.LeftOut }),
        EquivocationDetected e => ("equivocation_detected", new() { Node = e.Culprit.Value, Detail = e.About, Evidence = $"{e.Evidence}" }),
        TamperingDetected e => ("tampering_detected", new() { Node = e.Peer.Value, Detail = e.About }),
        TimestampOutOfRange e => ("timestamp_out_of_range", new() { Node = e.Proposer.Value, TimeMs = e.Time.UnixMilliseconds, ClockMs = e.Clock.UnixMilliseconds }),
        PeerFlooding e => ("peer_flooding", new() { Node = e.Peer.Value, Count = e.Dropped }),
        EventsLost e => ("events_lost", new() { Count = e.Count }),
        ReplicaStopped e => ("replica_stopped", new() { Reason = WireNames.Of(e.Reason), Detail = e.Detail }),

        // The compiler cannot know that the set of records is closed; a test sends each of them.
        _ => throw new InvalidOperationException($"The event {happened.GetType().Name} has no name in the API."),
    };
}
