using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;

namespace Consensus.Hybrid;

/// <summary>
/// What it takes to go back to Raft besides an operator's order: a quorum of members who have each seen that it is quiet (requirement E4). So no replica alone can be talked into it, and none alone holds it up.
/// </summary>
/// <param name="identity">The replica.</param>
/// <param name="others">The other members.</param>
internal sealed class ReturnDesk(HybridIdentity identity, IReadOnlyList<NodeId> others)
{
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(250);

    private readonly SortedDictionary<NodeId, Signature> _consents = [];
    private readonly SortedDictionary<NodeId, string> _obstacles = [];
    private readonly MemberPace _answers = new();
    private KnownEpoch? _epoch;
    private SealOrder? _order;
    private Ticks _askAt = Ticks.Never;

    /// <summary>When <see cref="Advance"/> is wanted at the latest.</summary>
    public Ticks Deadline => _askAt;

    /// <summary>An epoch begins.</summary>
    public void BeginEpoch(KnownEpoch epoch)
    {
        _epoch = epoch;
        End();
    }

    /// <summary>Begins to ask the others whether they agree to an order, to which this replica does.</summary>
    public void Begin(SealOrder order, Ticks now)
    {
        if (order == _order)
        {
            return;
        }

        End();
        _order = order;
        _consents[identity.Self] = Sign(order);
        _askAt = now;
    }

    /// <summary>Nobody needs an answer any more.</summary>
    public void End()
    {
        _order = null;
        _consents.Clear();
        _obstacles.Clear();
        _askAt = Ticks.Never;
    }

    /// <summary>The order with the consent that it needs; nothing, as long as that is missing.</summary>
    public SealOrder? Agreed(SealOrder order) => order == _order && _consents.Count >= _epoch!.Descriptor.Members.Quorum
        ? order with { Consents = [.. _consents.Take(_epoch.Descriptor.Members.Quorum).Select(consent => (consent.Key, consent.Value))] }
        : null;

    /// <summary>Why there will be no quorum for an order; nothing, as long as there may be one.</summary>
    public string? ObstacleTo(SealOrder order)
    {
        var members = _epoch!.Descriptor.Members;
        return order == _order && _obstacles.Count > members.Count - members.Quorum
            ? string.Join(' ', _obstacles.Select(obstacle => $"Node {obstacle.Key}: {obstacle.Value}"))
            : null;
    }

    /// <summary>Answers a member that asks.</summary>
    /// <param name="from">The member.</param>
    /// <param name="request">What it asks; the order was checked.</param>
    /// <param name="decide">Says what this replica thinks of going back.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Takes the answer.</param>
    public void OnRequest(NodeId from, ReturnRequest request, Func<EscalationDecision> decide, Ticks now, EffectBuffer effects)
    {
        if (!_answers.MayPass(from, now))
        {
            return;
        }

        var decision = decide();
        var agrees = decision.Verdict == EscalationVerdict.MayReturn;
        effects.Send(from, new ReturnAnswer(request.Epoch, request.Order, agrees ? Sign(request.Order) : default, agrees ? "" : decision.Explanation));
    }

    /// <summary>A member has answered; its signature was checked.</summary>
    public void OnAnswer(NodeId from, ReturnAnswer answer)
    {
        if (answer.Order != _order)
        {
            return;
        }

        if (answer.Obstacle.Length == 0)
        {
            _obstacles.Remove(from);
            _consents[from] = answer.Consent;
        }
        else if (!_consents.ContainsKey(from))
        {
            _obstacles[from] = answer.Obstacle;
        }
    }

    /// <summary>Asks those who have not answered.</summary>
    public void Advance(Ticks now, EffectBuffer effects)
    {
        if (now < _askAt)
        {
            return;
        }

        _askAt = Agreed(_order!) is null ? now + AskInterval : Ticks.Never;
        foreach (var other in others.Where(other => !_consents.ContainsKey(other)))
        {
            effects.Send(other, new ReturnRequest(_epoch!.Descriptor.Tag, _order!));
        }
    }

    private Signature Sign(SealOrder order) => _epoch!.Verifier.Sign(identity.Signer, order.ConsentIn(_epoch.Descriptor.Domain));
}
