using System.Globalization;
using System.Text;
using Consensus.Engine;
using Consensus.Raft.Messages;

namespace Consensus.Raft.Tests.Conversations;

/// <summary>Messages as one reads them in a conversation; positions as index/term.</summary>
internal static class MessageText
{
    private const char Filling = '~';

    public static string Of(ProtocolMessage message) => message switch
    {
        PreVoteRequest m => $"pre-vote? t{m.Term} last {m.LastIndex}/{m.LastTerm}",
        PreVoteResponse m => $"pre-vote {YesNo(m.Granted)} t{m.Term}",
        VoteRequest m => $"vote? t{m.Term} last {m.LastIndex}/{m.LastTerm}{(m.IsTransfer ? " transfer" : "")}",
        VoteResponse m => $"vote {YesNo(m.Granted)} t{m.Term}",
        AppendRequest m => $"append t{m.Term} after {m.Previous.Index}/{m.Previous.Term} commit {m.Commit}{Entries(m.Entries.Span)}",
        AppendAccepted m => $"accepted t{m.Term} match {m.Match}",
        AppendRejected m => $"rejected t{m.Term} after {m.Rejected} hint {m.HintIndex}/{m.HintTerm}{(m.IsFull ? " disk full" : "")}",
        Heartbeat m => $"heartbeat t{m.Term} commit {m.Commit} round {m.Round}",
        HeartbeatResponse m => $"alive t{m.Term} round {m.Round}{Of(m.Space)}",
        SnapshotChunk m => $"snapshot t{m.Term} of {m.Snapshot.Position.Index}/{m.Snapshot.Position.Term} bytes {m.Offset}..{m.Offset + m.Data.Length} of {m.Snapshot.Length}",
        SnapshotProgress m => $"snapshot stored t{m.Term} of {m.SnapshotIndex} up to {m.NextOffset}",
        TimeoutNow m => $"take over t{m.Term}",
        ForwardedProposals m => $"propose t{m.Term}:{string.Concat(m.Proposals.ToArray().Select(proposal => $" {Text(proposal.Payload)}"))}",
        ForwardRefused m => $"refused t{m.Term} {m.Reason}:{string.Concat(m.Tickets.ToArray().Select(ticket => $" #{ticket.Value}"))}",
        ReadIndexRequest m => $"read? t{m.Term} #{m.Ticket.Value}",
        ReadIndexResponse m => $"read t{m.Term} #{m.Ticket.Value} at {m.Index}",
        ForwardedChange m => $"change t{m.Term} #{m.Ticket.Value}:{Of(m.Change)}",
        ForwardedFencedChange m => $"change t{m.Term} #{m.Ticket.Value}:{Of(m.Change)} expecting {m.Change.ExpectedVersion}",
        ForwardedTransfer m => $"transfer t{m.Term} #{m.Ticket.Value} to {m.Target}",
        ControlOutcome m => $"outcome t{m.Term} #{m.Ticket.Value} {Of(m.Result)}",
        StateReport m => $"state t{m.Term} at {m.Index}",
        StateVerdict m => $"state is wrong t{m.Term} at {m.Index}",
        RepairRequest m => $"repair me t{m.Term} from {m.AtLeast}",
        _ => throw new AssertionException($"No text for {message.GetType().Name}."),
    };

    public static string Of(ControlResult result) => result.IsDone ? "done" : $"{result.Refusal}: {result.Detail}";

    private static string Of(MembershipChange change) => string.Concat(change.Steps.Select(step => $" {step.Kind} {step.Id}"));

    private static string Of(DiskSpace space) => space switch
    {
        DiskSpace.Free => "",
        DiskSpace.FreeAgain => " disk free again",
        DiskSpace.Full => " disk full",
    };

    public static string Of(in LogEntry entry) => entry.Kind switch
    {
        EntryKind.NoOp => $"{entry.Index}/{entry.Term} no-op",
        EntryKind.Command => $"{entry.Index}/{entry.Term} {Text(entry.Payload)}",
        EntryKind.Membership => $"{entry.Index}/{entry.Term} {Of(MembershipCodec.Decode(entry.Payload.Span))}",
        EntryKind.Checkpoint => $"{entry.Index}/{entry.Term} checkpoint",
        EntryKind.Block or EntryKind.Epoch => $"{entry.Index}/{entry.Term} {entry.Kind}, which Raft does not have",
    };

    public static string Of(ClusterMembership membership)
    {
        var members = membership.Members.Select(member => member.Role == MemberRole.Voter ? $"{member.Id}" : $"{member.Id} {member.Role.ToString().ToLowerInvariant()}");
        return $"({string.Join(", ", members)}{(membership.IsJoint ? $"; leaving {string.Join(", ", membership.Outgoing)}" : "")})";
    }

    private static string Entries(ReadOnlySpan<LogEntry> entries)
    {
        var text = new StringBuilder();
        foreach (ref readonly var entry in entries)
        {
            text.Append(text.Length == 0 ? ": " : ", ").Append(Of(entry));
        }

        return text.ToString();
    }

    private static string YesNo(bool granted) => granted ? "yes" : "no";

    /// <summary>A command as a script writes it: <c>a*1000</c> is a with as much filling as makes it 1,000 bytes long.</summary>
    public static string Long(string command) =>
        command.Split('*') is [var name, var length] ? name.PadRight(int.Parse(length, CultureInfo.InvariantCulture), Filling) : command;

    /// <summary>A command without its filling.</summary>
    public static string Short(string command) => command.TrimEnd(Filling);

    private static string Text(ReadOnlyMemory<byte> payload) => Short(Encoding.UTF8.GetString(payload.Span));
}
