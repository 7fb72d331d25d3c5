using Consensus.Engine;
using Consensus.Raft.Membership;
using Consensus.Raft.Messages;

namespace Consensus.Raft.Control;

/// <summary>
/// Control requests of own callers that only the leader can carry out: sent to it until it has answered. A leader takes each once
/// (<see cref="ControlDesk"/>).
/// </summary>
internal sealed class ForwardedControls(RaftState state)
{
    private readonly SortedDictionary<ulong, ProtocolMessage> _waiting = [];
    private NodeId _leader;
    private Term _term;

    /// <summary>When the requests are sent again.</summary>
    public Ticks Deadline { get; private set; } = Ticks.Never;

    /// <summary>Sends a request to the leader.</summary>
    public void Forward(Ticket ticket, ProtocolMessage request)
    {
        Invariant.Holds(state.Leader != NodeId.None && !state.IsLeader, "A request is forwarded to a leader.");
        if (_waiting.Count == 0)
        {
            (_leader, _term) = (state.Leader, state.Term);
            Deadline = state.Now + state.Options.ElectionTimeoutMax;
        }

        _waiting.Add(ticket.Value, request);
        state.Send(state.Leader, request);
    }

    /// <summary>The leader has answered.</summary>
    public void OnOutcome(ControlOutcome outcome)
    {
        if (_waiting.Remove(outcome.Ticket.Value))
        {
            End(outcome.Ticket, outcome.Result);
        }
    }

    public void OnTime()
    {
        if (state.Now < Deadline)
        {
            return;
        }

        Deadline = state.Now + state.Options.ElectionTimeoutMax;
        if (state.Leader == _leader && state.Term == _term)
        {
            foreach (var request in _waiting.Values)
            {
                state.Send(_leader, request);
            }
        }
    }

    /// <summary>Another leader is known: a transfer has ended. What became of a membership change shows later (<see cref="Settle"/>).</summary>
    public void OnLeaderChanged()
    {
        if (_waiting.Count == 0 || !IsAnotherLeader)
        {
            return;
        }

        foreach (var (ticket, request) in _waiting.ToArray())
        {
            if (request is ForwardedTransfer transfer)
            {
                _waiting.Remove(ticket);
                var hasTakenOver = transfer.Target == NodeId.None ? state.Leader != _leader : state.Leader == transfer.Target;
                End(new Ticket(ticket), hasTakenOver ? ControlResult.Done : Unsettled());
            }
        }
    }

    /// <summary>
    /// Ends the membership changes that an earlier leader was asked for, once an entry of the present leader's term is committed: by then it is
    /// settled what the configuration is. The earlier leader may be gone, or may have been removed by the very change, and never answer.
    /// </summary>
    public void Settle()
    {
        if (_waiting.Count == 0 || !IsAnotherLeader || state.Log.TermOf(state.Commit) != state.Term || state.MembershipIndex > state.Commit)
        {
            return;
        }

        foreach (var (ticket, request) in _waiting.ToArray())
        {
            if (request is ForwardedChange { Change: var change } && !MembershipPlanner.IsUnderWay(state.Membership, change))
            {
                _waiting.Remove(ticket);
                End(new Ticket(ticket), MembershipPlanner.IsInEffect(state.Membership, change) ? ControlResult.Done : Unsettled());
            }
        }
    }

    private bool IsAnotherLeader => state.Leader != NodeId.None && (state.Leader != _leader || state.Term != _term);

    private ControlResult Unsettled() => new(RefusalReason.NoLeader, $"Node {state.Leader} leads now, and what was asked of node {_leader} is not in effect.");

    private void End(Ticket ticket, ControlResult result)
    {
        state.Effects.CompleteControl(ticket, result);
        if (_waiting.Count == 0)
        {
            Deadline = Ticks.Never;
        }
    }
}
