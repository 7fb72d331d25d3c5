using Consensus.Engine;

namespace Consensus.Raft.Log;

/// <summary>
/// Where a leader marks places of the log for replicas to compare their states at (<see cref="EntryKind.Checkpoint"/>): with the engines that follow each other in a hybrid all of them
/// do, so that the state machine knows one way. Otherwise there are none.
/// </summary>
internal sealed class CheckpointMarks(RaftState state)
{
    private LogIndex _lookedAt;

    /// <summary>When a place is marked at the latest.</summary>
    public Ticks Deadline { get; private set; } = Ticks.Never;

    /// <summary>A term begins: what others have marked before is not looked at again.</summary>
    public void BeginTerm()
    {
        _lookedAt = state.Log.LastIndex;
        Deadline = Ticks.Never;
    }

    /// <summary>The leader's turn ends: marks a place if one is due, or if somebody waits for a snapshot.</summary>
    public void Advance()
    {
        var entries = (ulong)state.Options.CheckpointEntries;
        if (entries == 0)
        {
            return;
        }

        var last = state.Log.LastIndex;
        if (last > _lookedAt && state.Options.CheckpointInterval > TimeSpan.Zero)
        {
            Deadline = Ticks.Min(Deadline, state.Now + state.Options.CheckpointInterval);
        }

        if (state.IsCheckpointWanted || last.Value / entries > _lookedAt.Value / entries || state.Now >= Deadline)
        {
            state.IsCheckpointWanted = false;
            Deadline = Ticks.Never;
            last = state.Append(EntryKind.Checkpoint, default, []);
        }

        _lookedAt = last;
    }
}
