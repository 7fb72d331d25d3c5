using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>
/// What can be checked about a message without the state of a replica, so that the core need not doubt it: entries in order, terms that do
/// not go back, configurations that can be read, hints that lead back.
/// </summary>
/// <param name="membersChange">Whether entries may change the members. Where engines follow each other they do not: a leader that lies could make others lose sight of each other.</param>
internal sealed class RaftMessageVerifier(bool membersChange) : IMessageVerifier
{
    public MessageVerdict Verify(NodeId sender, ProtocolMessage message, out string? defect)
    {
        defect = message switch
        {
            _ when sender == NodeId.None => "the sender has no number",
            AppendRequest request => DefectOf(request),
            SnapshotChunk chunk => DefectOf(chunk),
            AppendRejected answer => DefectOf(answer),
            IForwardedChange when !membersChange => "it asks for other members, where none come or go",
            IRaftMessage => null,
            _ => $"{message.GetType().Name} is no message of Raft",
        };
        return defect is null ? MessageVerdict.Accepted : MessageVerdict.Invalid;
    }

    private string? DefectOf(AppendRequest request)
    {
        var previous = request.Previous;
        if (previous.Term > request.Term)
        {
            return $"entry {previous.Index} has term {previous.Term}, after its leader's term {request.Term}";
        }

        var (index, term) = (previous.Index, previous.Term);
        foreach (ref readonly var entry in request.Entries.Span)
        {
            if (entry.Index != index.Next)
            {
                return $"entry {entry.Index} does not follow entry {index}";
            }

            if (entry.Term < term || entry.Term > request.Term)
            {
                return $"entry {entry.Index} has term {entry.Term}, outside {term} to {request.Term}";
            }

            if (entry.Kind == EntryKind.Membership && DefectOf(entry) is { } problem)
            {
                return problem;
            }

            (index, term) = (entry.Index, entry.Term);
        }

        return null;
    }

    private string? DefectOf(in LogEntry entry)
    {
        if (!membersChange)
        {
            return $"entry {entry.Index} changes the members, where none come or go";
        }

        try
        {
            MembershipCodec.Decode(entry.Payload.Span);
            return null;
        }
        catch (MessageFormatException exception)
        {
            return $"entry {entry.Index} carries no configuration: {exception.Message}";
        }
    }

    /// <summary>The leader counts on from both indexes: they must lie where a log can be.</summary>
    private static string? DefectOf(AppendRejected answer) =>
        answer.Rejected.Value == ulong.MaxValue ? $"entry {answer.Rejected} is the last that there can be"
        : answer.HintIndex > answer.Rejected ? $"the hint {answer.HintIndex} lies after the rejected entry {answer.Rejected}"
        : null;

    private static string? DefectOf(SnapshotChunk chunk)
    {
        var end = chunk.Offset + chunk.Data.Length;
        if (chunk.Snapshot.Length < 0 || chunk.Offset < 0 || end < chunk.Offset || end > chunk.Snapshot.Length)
        {
            return $"a snapshot of {chunk.Snapshot.Length} bytes has no part at {chunk.Offset} of {chunk.Data.Length} bytes";
        }

        return chunk.Snapshot.Position.Index == LogIndex.Zero ? "a snapshot covers no entry" : null;
    }
}
