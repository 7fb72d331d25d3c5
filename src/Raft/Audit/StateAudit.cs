using Consensus.Raft.Messages;
using Consensus.Raft.Replication;

namespace Consensus.Raft.Audit;

/// <summary>
/// The leader's comparison of state hashes: at entries where snapshots are due every replica reports its own, and what a quorum of voters
/// has is right. Whoever differs is told, and repairs itself (<see cref="StateRepair"/>).
/// </summary>
/// <remarks>
/// Crash faults alone never lead to a difference; a state machine that is not deterministic, or a bit that flipped in memory, does. Replicas
/// compare at multiples of the number of entries between snapshots, so they must agree on that setting.
/// </remarks>
internal sealed class StateAudit(RaftState state, Replicator replicator)
{
    private readonly SortedDictionary<NodeId, (LogIndex Index, Digest Hash)> _reports = [];
    private readonly StateHashes _verdicts = new();

    public void BeginTerm()
    {
        _reports.Clear();
        _verdicts.Clear();
    }

    /// <summary>A replica, perhaps this one, has reported its hash.</summary>
    /// <returns>The verdict on this leader itself, if it is that it is wrong.</returns>
    public StateVerdict? OnReport(NodeId from, LogIndex index, Digest hash)
    {
        if (from != state.Self && replicator.Find(from) is null)
        {
            return null;
        }

        _reports[from] = (index, hash);
        if (_verdicts.TryGet(index, out var verdict))
        {
            return Judge(from, index, hash, verdict.Value);
        }

        if (!state.Quorum.IsQuorum(id => _reports.TryGetValue(id, out var report) && report == (index, hash)))
        {
            ReportDiscord(index);
            return null;
        }

        _verdicts.Add(index, hash);
        StateVerdict? own = null;
        foreach (var (id, report) in _reports)
        {
            if (report.Index == index)
            {
                own = Judge(id, index, report.Hash, hash) ?? own;
            }
        }

        return own;
    }

    private StateVerdict? Judge(NodeId id, LogIndex index, Digest actual, Digest expected)
    {
        if (actual == expected)
        {
            return null;
        }

        state.Effects.Raise(new StateDiverged(index, id, expected, actual));
        var verdict = new StateVerdict(state.Term, index, expected);
        if (id == state.Self)
        {
            return verdict;
        }

        state.Send(id, verdict);
        return null;
    }

    /// <summary>All voters have reported, and there is no majority to follow: people must know, and decide.</summary>
    private void ReportDiscord(LogIndex index)
    {
        if (!_reports.TryGetValue(state.Self, out var own) || own.Index != index
            || !state.Quorum.Incoming.All(id => _reports.TryGetValue(id, out var report) && report.Index == index))
        {
            return;
        }

        foreach (var (id, report) in _reports)
        {
            if (report.Index == index && report.Hash != own.Hash)
            {
                state.Effects.Raise(new StateDiverged(index, id, own.Hash, report.Hash));
            }
        }
    }
}
