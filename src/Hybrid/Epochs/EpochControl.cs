using Consensus.Engine;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;

namespace Consensus.Hybrid;

/// <summary>
/// Whether another engine is to follow: because an operator orders it, a command needs it, members are seen to lie, or it has been quiet for long enough to go back.
/// </summary>
internal sealed class EpochControl
{
    private static readonly TimeSpan ReturnInterval = TimeSpan.FromSeconds(1);

    private readonly EpochChain _chain;
    private readonly ReturnDesk _returns;
    private readonly SealDesk _desk;
    private RunningEpoch? _epoch;
    private Ticks _returnAt = Ticks.Never;

    /// <param name="engine">Who the replica is.</param>
    /// <param name="chain">The epochs so far.</param>
    public EpochControl(HybridEngine engine, EpochChain chain)
    {
        _chain = chain;
        _returns = new ReturnDesk(engine.Identity);
        _desk = new SealDesk(engine.Identity, _returns);
        Threat = new ThreatDesk(engine);
    }

    /// <summary>What is known of members that lie.</summary>
    public ThreatDesk Threat { get; }

    /// <summary>When <see cref="Advance"/> is wanted at the latest, as long as the replica has not ended the epoch. What <see cref="Threat"/> wants is not in it.</summary>
    public Ticks Deadline => Ticks.Min(_desk.Deadline, _returnAt);

    private EpochDescriptor Current => _epoch!.Descriptor;

    /// <summary>An epoch begins, or the replica was started in it.</summary>
    public void BeginEpoch(RunningEpoch epoch, Ticks now)
    {
        _epoch = epoch;
        _returnAt = epoch.Descriptor is { Protocol: not EpochProtocol.Raft, Rules.ReturnsAlone: true } ? now : Ticks.Never;
        _returns.BeginEpoch(epoch.Known);
        Threat.BeginEpoch(epoch.Known, now);
    }

    /// <summary>The epoch has begun: whoever asked for it is told.</summary>
    public void OnBegun(EffectBuffer effects) => _desk.OnBegun(Current, effects);

    /// <summary>A caller of this replica brings an order.</summary>
    /// <param name="request">The order.</param>
    /// <param name="isEnding">Whether the replica has ended the epoch already.</param>
    /// <param name="now">The time.</param>
    /// <param name="clock">What the wall clock shows.</param>
    /// <param name="effects">Takes the answer, if there is one already.</param>
    public void OnRequested(SealRequested request, bool isEnding, Ticks now, Timestamp clock, EffectBuffer effects)
    {
        if (isEnding)
        {
            effects.CompleteControl(request.Ticket, new ControlResult(RefusalReason.Busy, $"Epoch {Current.Number.Value} is ending already."));
        }
        else
        {
            _desk.OnRequested(request, Current, () => DecideReturn(isOrdered: true, now, clock), now, effects);
        }
    }

    /// <summary>A message of this epoch, which was checked.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="message">What it says.</param>
    /// <param name="isServing">Whether the replica has not ended the epoch: otherwise it agrees to nothing.</param>
    /// <param name="now">The time.</param>
    /// <param name="clock">What the wall clock shows.</param>
    /// <param name="effects">Takes what is to be done.</param>
    public void OnMessage(NodeId from, IControlMessage message, bool isServing, Ticks now, Timestamp clock, EffectBuffer effects)
    {
        switch (message)
        {
            case ReturnRequest request when isServing && request.Order.NeedsConsent(Current) && request.Order.Consents.IsEmpty:
                _returns.OnRequest(from, request, () => DecideReturn(Current.Operators.Contains(request.Order.Operator), now, clock), _epoch!.Scope.HandedTime, now, effects);
                break;
            case ReturnAnswer answer:
                _returns.OnAnswer(from, answer);
                break;
            case ThreatNotice or EvidenceNotice:
                Threat.OnMessage(message, now, effects);
                break;
        }
    }

    /// <summary>Commands that need an engine which survives liars wait until there is one, where that is a group's rule: a refusal for want of a leader is tried again.</summary>
    /// <returns>What the running engine is to order.</returns>
    public CommandsProposed Admit(CommandsProposed proposed, Ticks now, EffectBuffer effects)
    {
        if (Current is not { Rules.EscalatesForCommands: true, Protocol: EpochProtocol.Raft })
        {
            return proposed;
        }

        var admitted = new List<Proposal>(proposed.Proposals.Length);
        foreach (ref readonly var proposal in proposed.Proposals.Span)
        {
            if (proposal.WaitFor == CommitLevel.Certified)
            {
                _desk.Order(Current, Current.Rules.EscalationTarget, now);
                effects.Refuse(proposal.Ticket, RefusalReason.NoLeader);
            }
            else
            {
                admitted.Add(proposal);
            }
        }

        return admitted.Count == proposed.Proposals.Length ? proposed : proposed with { Proposals = admitted.ToArray() };
    }

    /// <summary>Gets on with what was ordered.</summary>
    /// <returns>The order to propose now, if one is due.</returns>
    public Proposal? Advance(Ticks now, Timestamp clock, EffectBuffer effects)
    {
        if (now >= _returnAt)
        {
            ReturnAlone(now, clock);
        }

        if (_desk.IsBusy)
        {
            AdvanceDesk(now, clock, effects);
        }

        return _desk.TryPropose(now, _epoch!.Scope.HandedTime, out var proposal) ? proposal : null;
    }

    private void AdvanceDesk(Ticks now, Timestamp clock, EffectBuffer effects)
    {
        var scope = _epoch!.Scope;
        _desk.Advance(now, scope.Handed.Index, scope.HandedTime, order => DecideReturn(Current.Operators.Contains(order.Operator), now, clock), effects);
    }

    private void ReturnAlone(Ticks now, Timestamp clock)
    {
        _returnAt = now + ReturnInterval;
        if (DecideReturn(isOrdered: false, now, clock).Verdict == EscalationVerdict.MayReturn)
        {
            _desk.Order(Current, EpochProtocol.Raft, now);
        }
        else
        {
            _desk.Withdraw();
        }
    }

    private EscalationDecision DecideReturn(bool isOrdered, Ticks now, Timestamp clock) => Threat.DecideReturn(_chain.Beginnings.Select(beginning => beginning.Next), isOrdered, now, clock);
}
