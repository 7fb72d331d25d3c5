using System.Globalization;
using Consensus.Transport;
using Microsoft.Extensions.Logging;

namespace Consensus.Hosting;

/// <summary>Writes what happens to a replica into the log, as far as whoever operates it wants to know: nothing that comes with each command.</summary>
/// <param name="logger">Where it is written.</param>
/// <param name="node">The replica's node.</param>
/// <param name="time">The clock.</param>
internal sealed partial class EventLog(ILogger logger, NodeId node, TimeProvider time)
{
    private readonly LogThrottle _rejections = new(time);
    private LeaderChanged? _leader;
    private ClusterMembership _membership = ClusterMembership.Empty;

    /// <summary>Writes until the replica stops.</summary>
    public async Task FollowAsync(IConsensus replica)
    {
        // Subscribed before the look at the status, so that a leader who is known already is told, and none is missed in between.
        var events = replica.EventsAsync();
        _membership = replica.Status.Membership;
        if (replica.Status is { TermOrView: var term, Leader: var leader } && leader != NodeId.None)
        {
            Write(new LeaderChanged(leader, term));
        }

        await foreach (var happening in events.ConfigureAwait(false))
        {
            Write(happening);
        }
    }

    private void Write(ConsensusEvent happening)
    {
        switch (happening)
        {
            case LeaderChanged change:
                WriteLeader(change);
                break;
            case MembershipChanged { Membership: var membership, Index: var index }:
                WriteMembership(membership, index);
                break;
            case EpochBegun { Epoch: var epoch, Id: var id, Protocol: var protocol, Index: var index }:
                _leader = null;
                Log.EpochBegun(logger, node, epoch, protocol, index, id);
                break;
            case EpochEnded { Epoch: var epoch, Reason: var reason }:
                Log.EpochEnded(logger, node, epoch, reason);
                break;
            case EpochDiverged { Epoch: var epoch, Node: var peer, Expected: var expected, Actual: var actual }:
                Log.EpochDiverged(logger, node, peer, epoch, actual, expected);
                break;
            case ThreatLevelChanged { Level: ThreatLevel.None }:
                Log.ThreatIsOver(logger, node);
                break;
            case ThreatLevelChanged { Level: var level, Accused: var accused, IsAgreed: true }:
                Log.ThreatAgreed(logger, node, level, accused);
                break;
            case ThreatLevelChanged { Level: var level, Accused: var accused }:
                Log.ThreatSuspected(logger, node, level, accused);
                break;
            case SnapshotTaken { Index: var index, Bytes: var bytes }:
                Log.SnapshotTaken(logger, node, index, bytes);
                break;
            case SnapshotInstalled { Index: var index, From: var from }:
                Log.SnapshotInstalled(logger, node, index, from);
                break;
            case SnapshotPostponed { Detail: var detail }:
                Log.SnapshotPostponed(logger, node, detail);
                break;
            case SnapshotUnreadable { Index: var index, Detail: var detail }:
                Log.SnapshotUnreadable(logger, node, index, detail);
                break;
            case WritesSuspended { Detail: var detail }:
                Log.WritesSuspended(logger, node, detail);
                break;
            case WritesResumed:
                Log.WritesResumed(logger, node);
                break;
            case StateDiverged { Index: var index, Node: var diverged, Expected: var expected, Actual: var actual }:
                Log.StateDiverged(logger, node, diverged, index, actual, expected);
                break;
            case AcknowledgedEntriesLost { Node: var loser, Index: var index, Acknowledged: var acknowledged }:
                Log.AcknowledgedEntriesLost(logger, node, loser, index, acknowledged);
                break;
            case MessageRejected { Peer: var peer, Reason: var reason }:
                WriteRejection(peer, reason);
                break;
            case EquivocationDetected { Culprit: var culprit, About: var about, Evidence: var evidence }:
                Log.EquivocationDetected(logger, node, culprit, about, evidence);
                break;
            case TamperingDetected { Peer: var peer, About: var about }:
                Log.TamperingDetected(logger, node, peer, about);
                break;
            case TimestampOutOfRange { Proposer: var proposer, Time: var proposed, Clock: var clock }:
                Log.TimestampOutOfRange(logger, node, proposer, TextOf(proposed), TextOf(clock));
                break;
            case PeerFlooding { Peer: var peer, Dropped: var dropped }:
                Log.PeerFlooding(logger, node, peer, dropped);
                break;
            case EventsLost { Count: var count }:
                Log.EventsLost(logger, node, count);
                break;
            case RoleChanged or ReplicaStopped:
                // The leader says as much as the role, and the end is told by whoever stops the replica.
                break;
        }
    }

    private void WriteLeader(LeaderChanged change)
    {
        if (change == _leader)
        {
            return;
        }

        _leader = change;
        if (change.Leader == node)
        {
            Log.Leads(logger, node, change.TermOrView);
        }
        else if (change.Leader == NodeId.None)
        {
            Log.NoLeader(logger, node, change.TermOrView);
        }
        else
        {
            Log.Follows(logger, node, change.Leader, change.TermOrView);
        }
    }

    private void WriteRejection(NodeId peer, string reason)
    {
        // Strangers share a place: their numbers may be made up.
        if (_rejections.TryPass(_membership.Find(peer) is null ? NodeId.None : peer))
        {
            Log.MessageRejected(logger, node, peer, reason);
        }
    }

    private void WriteMembership(ClusterMembership membership, LogIndex index)
    {
        _membership = membership;
        if (logger.IsEnabled(LogLevel.Information))
        {
            var leaving = membership.IsJoint ? $"; for the time of the change these decide as well: {string.Join(", ", membership.Outgoing)}" : "";
            var members = string.Join(", ", membership.Members.Select(Describe));
            Log.Membership(logger, node, index, members, leaving);
        }
    }

    /// <summary>A liar's time may lie outside the calendar.</summary>
    private static string TextOf(Timestamp time) =>
        time >= new Timestamp(DateTimeOffset.MinValue.ToUnixTimeMilliseconds()) && time <= new Timestamp(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
            ? DateTimeOffset.FromUnixTimeMilliseconds(time.UnixMilliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{time.UnixMilliseconds} ms");

    private static string Describe(Member member) => $"{member.Id} at {member.Address}{(member.Role == MemberRole.Voter ? "" : $" ({member.Role})")}";

    private static partial class Log
    {
        [LoggerMessage(EventId = 130, EventName = "consensus.node.leads", Level = LogLevel.Information, Message = "Node {Node} leads in term {Term}.")]
        public static partial void Leads(ILogger logger, NodeId node, ulong term);

        [LoggerMessage(EventId = 131, EventName = "consensus.node.follows", Level = LogLevel.Information, Message = "Node {Node} follows node {Leader} in term {Term}.")]
        public static partial void Follows(ILogger logger, NodeId node, NodeId leader, ulong term);

        [LoggerMessage(EventId = 132, EventName = "consensus.node.no_leader", Level = LogLevel.Information, Message = "Node {Node} knows no leader in term {Term}.")]
        public static partial void NoLeader(ILogger logger, NodeId node, ulong term);

        [LoggerMessage(EventId = 133, EventName = "consensus.node.membership", Level = LogLevel.Information, Message = "Node {Node}: since entry {Index} the members are {Members}{Leaving}.")]
        public static partial void Membership(ILogger logger, NodeId node, LogIndex index, string members, string leaving);

        [LoggerMessage(EventId = 134, EventName = "consensus.node.epoch_begun", Level = LogLevel.Information, Message = "Node {Node} runs {Protocol} from now on, in epoch {Epoch}, which begins with entry {Index} and is {Id}.")]
        public static partial void EpochBegun(ILogger logger, NodeId node, Epoch epoch, string protocol, LogIndex index, Digest id);

        [LoggerMessage(EventId = 135, EventName = "consensus.node.epoch_ended", Level = LogLevel.Information, Message = "Node {Node} has ended epoch {Epoch}: {Reason}.")]
        public static partial void EpochEnded(ILogger logger, NodeId node, Epoch epoch, string reason);

        [LoggerMessage(EventId = 136, EventName = "consensus.node.threat_is_over", Level = LogLevel.Information, Message = "Node {Node} suspects nobody any more.")]
        public static partial void ThreatIsOver(ILogger logger, NodeId node);

        [LoggerMessage(
            EventId = 137,
            EventName = "consensus.node.threat_suspected",
            Level = LogLevel.Warning,
            Message = "Node {Node} has seen node {Accused} send what nobody sends who keeps to the protocol; the level is {Level}. Nothing follows from what one node has seen.")]
        public static partial void ThreatSuspected(ILogger logger, NodeId node, ThreatLevel level, NodeId accused);

        [LoggerMessage(
            EventId = 138,
            EventName = "consensus.node.threat_agreed",
            Level = LogLevel.Error,
            Message = "Node {Node}: the level is {Level} over node {Accused}, by what so many nodes report that at least one of them does not lie, or by evidence.")]
        public static partial void ThreatAgreed(ILogger logger, NodeId node, ThreatLevel level, NodeId accused);

        [LoggerMessage(
            EventId = 139,
            EventName = "consensus.node.epoch_diverged",
            Level = LogLevel.Warning,
            Message = "Node {Node}: node {Peer} takes epoch {Epoch} for {Actual}, and here it is {Expected}, so neither hears the other. Members, their public keys, and Hybrid:Start, EscalationTarget, EscalatesForCommands, ReturnsAlone and OperatorKeys must be the same on all nodes. If they are, node {Peer} lies.")]
        public static partial void EpochDiverged(ILogger logger, NodeId node, NodeId peer, Epoch epoch, Digest actual, Digest expected);

        [LoggerMessage(EventId = 140, EventName = "consensus.node.snapshot_taken", Level = LogLevel.Information, Message = "Node {Node} saved a snapshot up to entry {Index}, {Bytes} bytes.")]
        public static partial void SnapshotTaken(ILogger logger, NodeId node, LogIndex index, long bytes);

        [LoggerMessage(EventId = 141, EventName = "consensus.node.snapshot_installed", Level = LogLevel.Information, Message = "Node {Node} replaced its state by the snapshot of node {From}, up to entry {Index}.")]
        public static partial void SnapshotInstalled(ILogger logger, NodeId node, LogIndex index, NodeId from);

        [LoggerMessage(EventId = 142, EventName = "consensus.node.snapshot_postponed", Level = LogLevel.Warning, Message = "Node {Node} puts a snapshot off: {Reason}")]
        public static partial void SnapshotPostponed(ILogger logger, NodeId node, string reason);

        [LoggerMessage(
            EventId = 143,
            EventName = "consensus.node.snapshot_unreadable",
            Level = LogLevel.Error,
            Message = "Node {Node}: its snapshot up to entry {Index} cannot be read. {Reason} A new one is taken; the disk should be looked at.")]
        public static partial void SnapshotUnreadable(ILogger logger, NodeId node, LogIndex index, string reason);

        [LoggerMessage(EventId = 150, EventName = "consensus.node.writes_suspended", Level = LogLevel.Warning, Message = "Node {Node} refuses writes until there is space; reads go on. {Reason}")]
        public static partial void WritesSuspended(ILogger logger, NodeId node, string reason);

        [LoggerMessage(EventId = 151, EventName = "consensus.node.writes_resumed", Level = LogLevel.Information, Message = "Node {Node} takes writes again.")]
        public static partial void WritesResumed(ILogger logger, NodeId node);

        [LoggerMessage(
            EventId = 160,
            EventName = "consensus.node.state_diverged",
            Level = LogLevel.Error,
            Message = "Node {Node}: the state of node {Diverged} differs from the majority's at entry {Index}: {Actual} instead of {Expected}.")]
        public static partial void StateDiverged(ILogger logger, NodeId node, NodeId diverged, LogIndex index, Digest actual, Digest expected);

        [LoggerMessage(
            EventId = 161,
            EventName = "consensus.node.acknowledged_entries_lost",
            Level = LogLevel.Error,
            Message = "Node {Node}: node {Loser} has no more than the entries up to {Index}, although it acknowledged those up to {Acknowledged}. It is sent them again; its disk should be looked at.")]
        public static partial void AcknowledgedEntriesLost(ILogger logger, NodeId node, NodeId loser, LogIndex index, LogIndex acknowledged);

        [LoggerMessage(
            EventId = 162,
            EventName = "consensus.node.message_rejected",
            Level = LogLevel.Warning,
            Message = "Node {Node} rejects what node {Peer} sends, and ends the connection: {Reason}.")]
        public static partial void MessageRejected(ILogger logger, NodeId node, NodeId peer, string reason);

        [LoggerMessage(
            EventId = 163,
            EventName = "consensus.node.equivocation_detected",
            Level = LogLevel.Error,
            Message = "Node {Node}: node {Culprit} has signed two statements that contradict each other, about {About}. It is faulty, or somebody else has its key. The evidence is {Evidence}.")]
        public static partial void EquivocationDetected(ILogger logger, NodeId node, NodeId culprit, string about, Digest evidence);

        [LoggerMessage(
            EventId = 171,
            EventName = "consensus.node.tampering_detected",
            Level = LogLevel.Warning,
            Message = "Node {Node}: what node {Peer} has sent is not what it is said to be: {About}. That node is faulty, or its memory; nothing follows from what one node has seen.")]
        public static partial void TamperingDetected(ILogger logger, NodeId node, NodeId peer, string about);

        [LoggerMessage(
            EventId = 168,
            EventName = "consensus.node.timestamp_out_of_range",
            Level = LogLevel.Warning,
            Message = "Node {Node}: what node {Proposer} proposes would set the log's time to {Time}; the clock here shows {Clock}. One of the two clocks is wrong, or that node is faulty: the others' lines say which.")]
        public static partial void TimestampOutOfRange(ILogger logger, NodeId node, NodeId proposer, string time, string clock);

        [LoggerMessage(
            EventId = 169,
            EventName = "consensus.node.peer_flooding",
            Level = LogLevel.Warning,
            Message = "Node {Node}: node {Peer} asks for more than any node needs that follows the protocol; {Dropped} of its messages were dropped.")]
        public static partial void PeerFlooding(ILogger logger, NodeId node, NodeId peer, long dropped);

        [LoggerMessage(EventId = 170, EventName = "consensus.node.events_lost", Level = LogLevel.Warning, Message = "Node {Node}: {Count} events came faster than they could be logged.")]
        public static partial void EventsLost(ILogger logger, NodeId node, long count);
    }
}
