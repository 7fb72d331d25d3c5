using System.Text.Json.Serialization;
using Consensus.AspNetCore.Members;
using Consensus.AspNetCore.Status;

namespace Consensus.AspNetCore.Events;

/// <summary>The data of one server-sent event. Which members it has depends on the event's name.</summary>
internal sealed record EventDocument
{
    /// <summary>The event's name.</summary>
    [JsonIgnore]
    public required string Name { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public uint? Node { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? Term { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? Index { get; init; }

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
    public MembershipDocument? Membership { get; init; }

    /// <summary>The document for an event.</summary>
    public static EventDocument Of(ConsensusEvent happened) => happened switch
    {
        LeaderChanged e => new() { Name = "leader_changed", Node = e.Leader == NodeId.None ? null : e.Leader.Value, Term = e.TermOrView },
        RoleChanged e => new() { Name = "role_changed", Role = WireNames.Of(e.Role), Term = e.TermOrView },
        MembershipChanged e => new() { Name = "membership_changed", Membership = MembershipDocument.Of(e.Membership), Index = e.Index.Value },
        SnapshotTaken e => new() { Name = "snapshot_taken", Index = e.Index.Value, Bytes = e.Bytes },
        SnapshotInstalled e => new() { Name = "snapshot_installed", Index = e.Index.Value, Node = e.From.Value },
        StateDiverged e => new()
        {
            Name = "state_diverged",
            Index = e.Index.Value,
            Node = e.Node.Value,
            Expected = e.Expected.ToString(),
            Actual = e.Actual.ToString(),
        },
        WritesSuspended e => new() { Name = "writes_suspended", Detail = e.Detail },
        WritesResumed => new() { Name = "writes_resumed" },
        EventsLost e => new() { Name = "events_lost", Count = e.Count },
        ReplicaStopped e => new() { Name = "replica_stopped", Reason = WireNames.Of(e.Reason), Detail = e.Detail },

        // The compiler cannot know that the set of records is closed; a test sends each of them.
        _ => throw new InvalidOperationException($"The event {happened.GetType().Name} has no name in the API."),
    };
}
