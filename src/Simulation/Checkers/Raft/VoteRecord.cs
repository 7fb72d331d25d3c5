using Consensus.Engine;
using Consensus.Raft;

namespace Consensus.Simulation.Checkers.Raft;

/// <summary>All terms and votes of one node that ever reached its disk, in their order.</summary>
internal sealed class VoteRecord
{
    private readonly Queue<(Lsn Lsn, HardState State)> _staged = new();
    private readonly Dictionary<ulong, NodeId> _votes = [];

    /// <summary>The last term and vote on disk.</summary>
    public HardState Last { get; private set; }

    /// <summary>Whom the node has voted for in a term, on disk.</summary>
    public NodeId VoteIn(Term term) => _votes.GetValueOrDefault(term.Value);

    /// <summary>A term and vote is put into the log.</summary>
    public void Stage(Lsn lsn, HardState state) => _staged.Enqueue((lsn, state));

    /// <summary>The log is on disk up to a record.</summary>
    /// <returns>What is wrong with what got there, after what was there before.</returns>
    public string? Flush(Lsn lsn)
    {
        string? problem = null;
        while (_staged.TryPeek(out var staged) && staged.Lsn <= lsn)
        {
            _staged.Dequeue();
            problem ??= Take(staged.State);
        }

        return problem;
    }

    /// <summary>The node starts from what it found.</summary>
    /// <returns>What is wrong with it.</returns>
    public string? Start(Lsn lsn, HardState found)
    {
        var problem = Flush(lsn);
        _staged.Clear();
        return problem ?? Take(found);
    }

    private string? Take(HardState state)
    {
        var last = Last;
        Last = state;
        if (state.Term < last.Term)
        {
            return $"goes back on disk from term {last.Term} to {state.Term}";
        }

        if (state.Term == last.Term && last.VotedFor != NodeId.None && state.VotedFor != last.VotedFor)
        {
            return $"has its vote in term {state.Term} on disk changed from node {last.VotedFor} to {(state.VotedFor == NodeId.None ? "nobody" : $"node {state.VotedFor}")}";
        }

        if (state.VotedFor != NodeId.None)
        {
            _votes[state.Term.Value] = state.VotedFor;
        }

        return null;
    }
}
