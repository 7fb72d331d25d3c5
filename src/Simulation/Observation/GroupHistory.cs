using Consensus.Engine;

namespace Consensus.Simulation.Observation;

/// <summary>
/// The one history that the group has had so far: which entries are committed, and the state after each command. What is seen first stands;
/// checkers report who differs.
/// </summary>
internal sealed class GroupHistory
{
    private readonly Dictionary<ulong, CommittedEntry> _committed = [];
    private readonly SortedList<ulong, ClusterMembership> _memberships = [];
    private readonly Dictionary<ulong, AppliedState> _states = [];

    /// <summary>The last entry that any core has counted as committed.</summary>
    public LogIndex LastCommitted { get; private set; }

    /// <summary>The last entry that any node has applied: its caller may have been answered.</summary>
    public LogIndex LastApplied { get; private set; }

    /// <summary>The entry that some core counted as committed.</summary>
    public CommittedEntry? CommittedAt(LogIndex index) => _committed.TryGetValue(index.Value, out var entry) ? entry : null;

    /// <summary>The state after a command that some node has applied.</summary>
    public AppliedState? StateAfter(LogIndex index) => _states.TryGetValue(index.Value, out var state) ? state : null;

    /// <summary>The last command up to an index: what follows it up to there leaves the state as it is.</summary>
    /// <returns>Zero if there is none, or it was not seen.</returns>
    public LogIndex LastCommandUpTo(LogIndex index)
    {
        while (index > LogIndex.Zero)
        {
            if (CommittedAt(index) is not { } entry)
            {
                return LogIndex.Zero;
            }

            if (entry.Mark.Kind == EntryKind.Command)
            {
                return index;
            }

            index -= 1;
        }

        return index;
    }

    /// <summary>The configuration in force at a committed entry, if the log has one up to there.</summary>
    public ClusterMembership? MembershipAt(LogIndex index)
    {
        for (var i = _memberships.Count - 1; i >= 0; i--)
        {
            if (_memberships.Keys[i] <= index.Value)
            {
                return _memberships.Values[i];
            }
        }

        return null;
    }

    /// <summary>A core counts its log up to an index as committed.</summary>
    public void OnCommitted(NodeId node, in CoreStatus status, LogContent log)
    {
        for (var index = status.CommitIndex; log[index] is { } mark && _committed.TryAdd(index.Value, new CommittedEntry(mark, status.TermOrView, node)); index -= 1)
        {
        }

        LastCommitted = LogIndex.Max(LastCommitted, status.CommitIndex);
    }

    /// <summary>A committed configuration is handed to a state machine.</summary>
    public void OnMembership(in LogEntry entry) => _memberships[entry.Index.Value] = MembershipCodec.Decode(entry.Payload.Span);

    public void OnApplied(NodeId node, in LogEntry entry, Digest state)
    {
        _states.TryAdd(entry.Index.Value, new AppliedState(EntryMark.Of(entry), state, node));
        LastApplied = LogIndex.Max(LastApplied, entry.Index);
    }
}
