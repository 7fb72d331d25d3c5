using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Hybrid;

/// <summary>
/// Orders to end the epoch that callers of this replica have brought: checked, proposed until one is committed, and answered when the replica is in the epoch that was asked for.
/// </summary>
/// <param name="self">The replica.</param>
/// <param name="signatures">Checks orders.</param>
internal sealed class SealDesk(NodeId self, ISignatureVerifier signatures)
{
    private static readonly TimeSpan ProposalInterval = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<Ticket, SealOrder> _waiting = [];
    private Ticks _proposeAt = Ticks.Never;
    private ulong _proposed;

    /// <summary>Under what an order is proposed. No caller of the replica has it: its refusal is nobody's business but this desk's.</summary>
    public static Ticket Ticket => new(ulong.MaxValue);

    /// <summary>When the next proposal is due.</summary>
    public Ticks Deadline => _proposeAt;

    /// <summary>A caller brings an order.</summary>
    public void OnRequested(SealRequested request, EpochDescriptor current, Ticks now, EffectBuffer effects)
    {
        if (SealOrder.TryRead(request.Order) is not { } order)
        {
            effects.CompleteControl(request.Ticket, new ControlResult(RefusalReason.InvalidChange, "It is no order to end an epoch, or one for an engine that is unknown here."));
            return;
        }

        if (current.Number != Epoch.Zero && order.Ends == current.Parent && order.Protocol == current.Protocol)
        {
            effects.CompleteControl(request.Ticket, ControlResult.DoneBefore);
            return;
        }

        if (order.DefectIn(current, signatures) is { } defect)
        {
            effects.CompleteControl(request.Ticket, new ControlResult(order.Ends == current.Id ? RefusalReason.NotFromOperator : RefusalReason.OtherEpoch, defect));
            return;
        }

        _waiting[request.Ticket] = order;
        _proposeAt = Ticks.Min(_proposeAt, now);
    }

    /// <summary>The order to propose now, if one is due, in the envelope of a command.</summary>
    public bool TryPropose(Ticks now, out Proposal proposal)
    {
        proposal = default;
        if (now < _proposeAt)
        {
            return false;
        }

        if (_waiting.Count == 0)
        {
            _proposeAt = Ticks.Never;
            return false;
        }

        _proposeAt = now + ProposalInterval;
        var order = _waiting.MinBy(waiting => waiting.Key.Value).Value.ToBytes();
        var payload = new byte[CommandEnvelope.HeaderSize + order.Length];
        CommandEnvelope.WriteHeader(payload, CommandKind.Seal, new RequestId(new ClientId(self.Value), ++_proposed), 0);
        order.CopyTo(payload, CommandEnvelope.HeaderSize);
        proposal = new Proposal(Ticket, payload);
        return true;
    }

    /// <summary>An epoch has begun: whoever asked for it has it.</summary>
    public void OnBegun(EpochDescriptor epoch, EffectBuffer effects)
    {
        foreach (var (ticket, order) in _waiting)
        {
            effects.CompleteControl(ticket, ResultOf(order, epoch));
        }

        _waiting.Clear();
        _proposeAt = Ticks.Never;
    }

    private static ControlResult ResultOf(SealOrder order, EpochDescriptor begun) =>
        order.Ends != begun.Parent ? new ControlResult(RefusalReason.TimedOut, $"Epoch {begun.Number.Value} runs by now; whether this order has ended the epoch before last, or another one has, is not known here.")
        : order.Protocol == begun.Protocol ? ControlResult.Done
        : new ControlResult(RefusalReason.OtherEpoch, $"Epoch {begun.Number.Value} has begun by another order, with {begun.Protocol}.");
}
