using Consensus.Engine;
using Consensus.Raft.Messages;

namespace Consensus.Raft.Control;

/// <summary>
/// Where control requests (membership changes, transfers) are taken and answered, for own callers and for replicas that forwarded them. A
/// forwarded request is sent again until it is answered, so it is taken once, and a copy of one that has ended gets the same answer.
/// </summary>
internal sealed class ControlDesk(RaftState state)
{
    private const int OutcomesKept = 64;

    private readonly HashSet<(NodeId From, Ticket Ticket)> _underWay = [];
    private readonly Queue<(NodeId From, ControlOutcome Outcome)> _outcomes = new();

    /// <summary>How many requests of other replicas have not ended.</summary>
    public int UnderWay => _underWay.Count;

    /// <summary>Takes a request.</summary>
    /// <returns>Whether it is new.</returns>
    public bool TryTake(NodeId from, Ticket ticket)
    {
        if (from == state.Self)
        {
            return true;
        }

        foreach (var (to, outcome) in _outcomes)
        {
            if (to == from && outcome.Ticket == ticket)
            {
                state.Send(from, outcome with { Term = state.Term });
                return false;
            }
        }

        return _underWay.Add((from, ticket));
    }

    /// <summary>A request has ended.</summary>
    public void Complete(NodeId from, Ticket ticket, ControlResult result)
    {
        if (from == state.Self)
        {
            state.Effects.CompleteControl(ticket, result);
            return;
        }

        var outcome = new ControlOutcome(state.Term, ticket, result);
        _underWay.Remove((from, ticket));
        if (_outcomes.Count == OutcomesKept)
        {
            _outcomes.Dequeue();
        }

        _outcomes.Enqueue((from, outcome));
        state.Send(from, outcome);
    }
}
