using Consensus.Engine;
using Consensus.Hybrid.Threat;

namespace Consensus.Hybrid;

/// <summary>
/// Orders to end the epoch that callers of this replica have brought: checked, proposed until one is committed, and answered when the replica is in the epoch that was asked for.
/// </summary>
/// <param name="identity">The replica.</param>
/// <param name="returns">Asks the others whether the group may go back to Raft.</param>
internal sealed class SealDesk(HybridIdentity identity, ReturnDesk returns)
{
    private static readonly TimeSpan ProposalInterval = TimeSpan.FromMilliseconds(250);

    private readonly SortedDictionary<ulong, SealOrder> _waiting = [];
    private EpochDescriptor? _current;
    private SealOrder? _own;
    private Ticks _proposeAt = Ticks.Never;
    private ulong _proposed;

    /// <summary>Under what an order is proposed. No caller of the replica has it: its refusal is nobody's business but this desk's.</summary>
    public static Ticket Ticket => new(ulong.MaxValue);

    /// <summary>Whether somebody wants another engine.</summary>
    public bool IsBusy => _waiting.Count > 0 || _own is not null;

    /// <summary>When the next proposal is due.</summary>
    public Ticks Deadline => Ticks.Min(_proposeAt, returns.Deadline);

    /// <summary>A caller brings an order.</summary>
    /// <param name="request">The order, and how the caller is answered.</param>
    /// <param name="current">The epoch.</param>
    /// <param name="decideReturn">Whether this replica agrees to go back to Raft now.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Takes the answer, if there is one already.</param>
    public void OnRequested(SealRequested request, EpochDescriptor current, Func<EscalationDecision> decideReturn, Ticks now, EffectBuffer effects)
    {
        if (SealOrder.TryRead(request.Order) is not { } order)
        {
            effects.CompleteControl(request.Ticket, new ControlResult(RefusalReason.InvalidChange, "It is no order to end an epoch, one for an engine or with settings that are unknown here, or of another version of this program."));
            return;
        }

        // What members have said to it they are asked here.
        order = order.Bare;
        if (current.Number != Epoch.Zero && order.IsCarriedOutBy(current))
        {
            effects.CompleteControl(request.Ticket, ControlResult.DoneBefore);
            return;
        }

        if (order.DefectIn(current, identity.Signatures) is { } defect)
        {
            effects.CompleteControl(request.Ticket, new ControlResult(ReasonOf(defect, order, current), defect));
            return;
        }

        if (order.NeedsConsent(current))
        {
            if (decideReturn() is { Verdict: not EscalationVerdict.MayReturn } decision)
            {
                effects.CompleteControl(request.Ticket, new ControlResult(RefusalReason.ReturnHeldUp, decision.Explanation));
                return;
            }

            returns.Begin(order, now);
        }

        _current = current;
        _waiting[request.Ticket.Value] = order;
        _proposeAt = Ticks.Min(_proposeAt, now);
    }

    /// <summary>The replica itself wants another engine, as the group's rules allow: for a command of one of its callers that must survive liars, or because it has been quiet for long.</summary>
    public void Order(EpochDescriptor current, EpochProtocol protocol, Ticks now)
    {
        if (_own?.Ends == current.Id)
        {
            return;
        }

        (_current, _own) = (current, SealOrder.Give(current, new NextEpoch(protocol), identity.Signer));
        _proposeAt = Ticks.Min(_proposeAt, now);
        if (_own.NeedsConsent(current))
        {
            returns.Begin(_own, now);
        }
    }

    /// <summary>The replica does not want another engine any more.</summary>
    public void Withdraw()
    {
        _own = null;
        if (!_waiting.Values.Any(order => order.NeedsConsent(_current!)))
        {
            // Nobody waits for the others' answers, and so nothing would ever ask for them again.
            returns.End();
        }
    }

    /// <summary>Asks the others what is to be asked, and tells callers of orders to whom too many do not agree.</summary>
    /// <param name="now">The time.</param>
    /// <param name="logEnd">The last entry that this replica has applied.</param>
    /// <param name="logTime">The time that it carries.</param>
    /// <param name="decideReturn">Whether this replica agrees to go back to Raft now, by an order.</param>
    /// <param name="effects">Takes questions and answers.</param>
    public void Advance(Ticks now, LogIndex logEnd, Timestamp logTime, Func<SealOrder, EscalationDecision> decideReturn, EffectBuffer effects)
    {
        returns.Advance(now, logEnd, logTime, decideReturn, effects);
        foreach (var (ticket, order) in _waiting.ToArray())
        {
            if (returns.ObstacleTo(order) is { } obstacle)
            {
                _waiting.Remove(ticket);
                effects.CompleteControl(new Ticket(ticket), new ControlResult(RefusalReason.ReturnHeldUp, obstacle));
            }
        }

        if (!_waiting.Values.Append(_own).Any(order => order?.NeedsConsent(_current!) == true))
        {
            returns.End();
        }
    }

    /// <summary>The order to propose now, if one is due, in the envelope of a command; or something void, if only the log's time is to move.</summary>
    /// <param name="now">The time.</param>
    /// <param name="logTime">The time of the last entry that this replica has applied.</param>
    /// <param name="proposal">What is to be proposed.</param>
    public bool TryPropose(Ticks now, Timestamp logTime, out Proposal proposal)
    {
        var pushes = returns.TakePush(now, logTime);
        var order = TakeDue(now);
        proposal = order is not null ? Envelop(order.ToBytes()) : pushes ? Envelop([]) : default;
        return order is not null || pushes;
    }

    /// <summary>An epoch has begun: whoever asked for it has it.</summary>
    public void OnBegun(EpochDescriptor epoch, EffectBuffer effects)
    {
        foreach (var (ticket, order) in _waiting)
        {
            effects.CompleteControl(new Ticket(ticket), ResultOf(order, epoch));
        }

        _waiting.Clear();
        _own = null;
        returns.End();
        _proposeAt = Ticks.Never;
    }

    private static RefusalReason ReasonOf(string defect, SealOrder order, EpochDescriptor current) =>
        order.Ends != current.Id ? RefusalReason.OtherEpoch
        : order.Next.DefectAfter(current) == defect ? RefusalReason.InvalidChange
        : RefusalReason.NotFromOperator;

    private SealOrder? TakeDue(Ticks now)
    {
        if (now < _proposeAt)
        {
            return null;
        }

        if (!IsBusy)
        {
            _proposeAt = Ticks.Never;
            return null;
        }

        _proposeAt = now + ProposalInterval;
        return _waiting.Values.Append(_own).Select(order => order?.NeedsConsent(_current!) == true ? returns.Agreed(order) : order).FirstOrDefault(order => order is not null);
    }

    private Proposal Envelop(byte[] body)
    {
        var payload = new byte[CommandEnvelope.HeaderSize + body.Length];
        CommandEnvelope.WriteHeader(payload, CommandKind.Seal, new RequestId(new ClientId(identity.Self.Value), ++_proposed), 0);
        body.CopyTo(payload, CommandEnvelope.HeaderSize);
        return new Proposal(Ticket, payload);
    }

    private static ControlResult ResultOf(SealOrder order, EpochDescriptor begun) =>
        order.Ends != begun.Parent ? new ControlResult(RefusalReason.TimedOut, $"Epoch {begun.Number.Value} runs by now; whether this order has ended the epoch before last, or another one has, is not known here.")
        : order.IsCarriedOutBy(begun) ? ControlResult.Done
        : new ControlResult(RefusalReason.OtherEpoch, begun.IsOrdered
            ? $"Epoch {begun.Number.Value} has begun by another order, with {begun.Protocol}; other than this one wants: {string.Join(", ", order.Next.DifferencesFrom(begun))}."
            : $"Epoch {begun.Number.Value} has begun because of members that lie, with {begun.Protocol}.");
}
