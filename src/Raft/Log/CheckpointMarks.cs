using Consensus.Engine;

namespace Consensus.Raft.Log;

/// <summary>
/// Where a leader marks places of the log for replicas to compare their states at (<see cref="EntryKind.Checkpoint"/>): with the engines that follow each other in a hybrid all of them
/// do, so that the state machine knows one way. Otherwise there are none.
/// </summary>
internal sealed class CheckpointMarks(RaftState state)
{
    private LogIndex _lookedAt;

    /// <summary>A term begins: what others have marked before is not looked at again.</summary>
    public void BeginTerm() => _lookedAt = state.Log.LastIndex;

    /// <summary>The leader's turn ends: marks a place if one is due, or if somebody waits for a snapshot.</summary>
    public void Advance()
    {
        var entries = (ulong)state.Options.CheckpointEntries;
        if (entries == 0)
        {
            return;
        }

        var last = state.Log.LastIndex;
        if (state.IsCheckpointWanted || last.Value / entries > _lookedAt.Value / entries)
        {
            state.IsCheckpointWanted = false;
            last = state.Append(EntryKind.Checkpoint, default, []);
        }

        _lookedAt = last;
    }
}
