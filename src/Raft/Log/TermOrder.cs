using Consensus.Engine;

namespace Consensus.Raft.Log;

/// <summary>What the terms of a log's entries say about another log: terms never go back in a log of Raft, and only there.</summary>
internal static class TermOrder
{
    /// <summary>Whether the log of a candidate is at least as complete as this one (section 5.4.1).</summary>
    public static bool IsUpToDate(this EntryLog log, LogIndex lastIndex, Term lastTerm) =>
        lastTerm > log.LastTerm || (lastTerm == log.LastTerm && lastIndex >= log.LastIndex);

    /// <summary>
    /// The last index, not after <paramref name="index"/>, whose term is at most <paramref name="term"/>: where two logs may agree at the
    /// latest when one has <paramref name="term"/> at <paramref name="index"/> (etcd's conflict hint).
    /// </summary>
    public static LogIndex LastAtMost(this EntryLog log, LogIndex index, Term term)
    {
        var candidate = LogIndex.Min(index, log.LastIndex);
        while (candidate > log.Base.Index && log.TermOf(candidate) > term)
        {
            candidate -= 1;
        }

        return candidate;
    }
}
