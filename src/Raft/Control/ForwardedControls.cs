using Consensus.Engine;
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

    /// <summary>Another leader is known. The one that was asked may have begun what it was asked, and may never answer.</summary>
    public void OnLeaderChanged()
    {
        if (_waiting.Count == 0 || state.Leader == NodeId.None || (state.Leader == _leader && state.Term == _term))
        {
            return;
        }

        foreach (var (ticket, request) in _waiting)
        {
            End(new Ticket(ticket), request is ForwardedTransfer transfer && HasTakenOver(transfer)
                ? ControlResult.Done
                : new ControlResult(RefusalReason.NoLeader, $"Node {state.Leader} leads now; whether the request took effect before, the status tells."));
        }

        _waiting.Clear();
        Deadline = Ticks.Never;
    }

    private bool HasTakenOver(ForwardedTransfer transfer) =>
        transfer.Target == NodeId.None ? state.Leader != _leader : state.Leader == transfer.Target;

    private void End(Ticket ticket, ControlResult result)
    {
        state.Effects.CompleteControl(ticket, result);
        if (_waiting.Count == 0)
        {
            Deadline = Ticks.Never;
        }
    }
}
