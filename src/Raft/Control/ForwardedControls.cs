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
    private readonly SortedDictionary<ulong, Forwarded> _waiting = [];

    /// <summary>How many requests have no answer yet.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>When the requests are sent again.</summary>
    public Ticks Deadline { get; private set; } = Ticks.Never;

    /// <summary>Sends a request to the leader.</summary>
    public void Forward(Ticket ticket, ProtocolMessage request)
    {
        Invariant.Holds(state.Leader != NodeId.None && !state.IsLeader, "A request is forwarded to a leader.");
        if (_waiting.Count == 0)
        {
            Deadline = state.Now + state.Options.ElectionTimeoutMax;
        }

        _waiting.Add(ticket.Value, new Forwarded(request, state.Leader, state.Term));
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
        foreach (var waiting in _waiting.Values)
        {
            if (state.Leader == waiting.Leader && state.Term == waiting.Term)
            {
                state.Send(waiting.Leader, waiting.Request);
            }
        }
    }

    /// <summary>Another leader is known: a transfer has ended. What became of a membership change shows later (<see cref="Settle"/>).</summary>
    public void OnLeaderChanged()
    {
        foreach (var (ticket, waiting) in _waiting.ToArray())
        {
            if (waiting.Request is ForwardedTransfer transfer && IsAnotherLeader(waiting))
            {
                _waiting.Remove(ticket);
                var hasTakenOver = transfer.Target == NodeId.None ? state.Leader != waiting.Leader : state.Leader == transfer.Target;
                End(new Ticket(ticket), hasTakenOver ? ControlResult.Done : Unsettled(waiting));
            }
        }
    }

    /// <summary>
    /// Ends the membership changes that an earlier leader was asked for, once an entry of the present leader's term is committed: by then it is
    /// settled what the configuration is. The earlier leader may be gone, or may have been removed by the very change, and never answer.
    /// </summary>
    public void Settle()
    {
        if (_waiting.Count == 0 || state.Log.TermOf(state.Commit) != state.Term || state.MembershipIndex > state.Commit)
        {
            return;
        }

        foreach (var (ticket, waiting) in _waiting.ToArray())
        {
            if (waiting.Request is IForwardedChange { Change: var change } && IsAnotherLeader(waiting) && !MembershipPlanner.IsUnderWay(state.Membership, change))
            {
                _waiting.Remove(ticket);
                End(new Ticket(ticket), MembershipPlanner.IsInEffect(state.Membership, change) ? ControlResult.Done : Unsettled(waiting));
            }
        }
    }

    private bool IsAnotherLeader(in Forwarded waiting) => state.Leader != NodeId.None && (state.Leader != waiting.Leader || state.Term != waiting.Term);

    private ControlResult Unsettled(in Forwarded waiting) => new(RefusalReason.NoLeader, $"Node {state.Leader} leads now, and what was asked of node {waiting.Leader} is not in effect.");

    private void End(Ticket ticket, ControlResult result)
    {
        state.Effects.CompleteControl(ticket, result);
        if (_waiting.Count == 0)
        {
            Deadline = Ticks.Never;
        }
    }

    /// <summary>A request, and which leader it was sent to: requests of one time may have gone to different ones.</summary>
    private readonly record struct Forwarded(ProtocolMessage Request, NodeId Leader, Term Term);
}
