using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;

namespace Consensus.Hybrid;

/// <summary>
/// What it takes to go back to Raft besides an operator's order: a quorum of members who have each seen that it is quiet (requirement E4). So no replica alone can be talked into it, and none alone holds it up.
/// </summary>
/// <remarks>
/// Consent lasts for a while, by the log's time: who has collected it must not be able to use it when it is not quiet any more. The log's time stands still as long as nobody has a command. So whoever asks orders something that is void, and asks
/// when that is in the log; and so does whoever has agreed, when the while is over.
/// </remarks>
/// <param name="identity">The replica.</param>
internal sealed class ReturnDesk(HybridIdentity identity)
{
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PushInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PushIntervalMax = TimeSpan.FromMinutes(5);

    private readonly SortedDictionary<NodeId, Signature> _consents = [];
    private readonly SortedDictionary<NodeId, string> _obstacles = [];
    private readonly MemberPace _answers = new();
    private KnownEpoch? _epoch;
    private SealOrder? _order;
    private SealOrder? _asked;
    private LogIndex? _behind;
    private string? _refusal;
    private bool _pushes;
    private Ticks _askAt = Ticks.Never;
    private Ticks _renewAt = Ticks.Never;
    private (Timestamp Until, Ticks PushAt, TimeSpan Interval)? _given;

    /// <summary>When <see cref="Advance"/> and <see cref="TakePush"/> are wanted at the latest.</summary>
    public Ticks Deadline => Ticks.Min(_askAt, _given?.PushAt ?? Ticks.Never);

    /// <summary>An epoch begins.</summary>
    public void BeginEpoch(KnownEpoch epoch)
    {
        _epoch = epoch;
        _given = null;
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
        _askAt = now;
    }

    /// <summary>Nobody needs an answer any more.</summary>
    public void End()
    {
        _order = null;
        _refusal = null;
        _askAt = Ticks.Never;
        Forget();
    }

    /// <summary>The order with the consent that it needs; nothing, as long as that is missing.</summary>
    public SealOrder? Agreed(SealOrder order) => order == _order && _consents.Count >= _epoch!.Descriptor.Members.Quorum
        ? _asked! with { Consents = [.. _consents.Take(_epoch.Descriptor.Members.Quorum).Select(consent => (consent.Key, consent.Value))] }
        : null;

    /// <summary>Why there will be no quorum for an order; nothing, as long as there may be one.</summary>
    public string? ObstacleTo(SealOrder order)
    {
        var members = _epoch!.Descriptor.Members;
        return order != _order ? null
            : _refusal is not null ? _refusal
            : _obstacles.Count > members.Count - members.Quorum ? string.Join(' ', _obstacles.Select(obstacle => $"Node {obstacle.Key}: {obstacle.Value}"))
            : null;
    }

    /// <summary>Answers a member that asks.</summary>
    /// <param name="from">The member.</param>
    /// <param name="request">What it asks; the order was checked.</param>
    /// <param name="decide">Says what this replica thinks of going back.</param>
    /// <param name="logTime">The time of the last entry that this replica has applied.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Takes the answer.</param>
    public void OnRequest(NodeId from, ReturnRequest request, Func<EscalationDecision> decide, Timestamp logTime, Ticks now, EffectBuffer effects)
    {
        var order = request.Order;
        if (order.HasLapsedAt(logTime) || order.AskedAt.UnixMilliseconds - logTime.UnixMilliseconds > SealOrder.ConsentLife.TotalMilliseconds || !_answers.MayPass(from, now))
        {
            // One of the two has not applied what the other one has. It is asked again.
            return;
        }

        var decision = decide();
        var agrees = decision.Verdict == EscalationVerdict.MayReturn;
        effects.Send(from, new ReturnAnswer(request.Epoch, order, agrees ? Agree(order, now) : default, agrees ? "" : decision.Explanation));
    }

    /// <summary>A member has answered; its signature was checked.</summary>
    public void OnAnswer(NodeId from, ReturnAnswer answer)
    {
        if (answer.Order != _asked)
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

    /// <summary>Asks those who have not answered; and everybody again, when it has taken long.</summary>
    /// <param name="now">The time.</param>
    /// <param name="logEnd">The last entry that this replica has applied.</param>
    /// <param name="logTime">The time that it carries.</param>
    /// <param name="decide">Says what this replica thinks of going back by an order.</param>
    /// <param name="effects">Takes the questions.</param>
    public void Advance(Ticks now, LogIndex logEnd, Timestamp logTime, Func<SealOrder, EscalationDecision> decide, EffectBuffer effects)
    {
        if (now < _askAt)
        {
            return;
        }

        if (now >= _renewAt || _asked?.HasLapsedAt(logTime) == true)
        {
            Forget();
        }

        _behind ??= logEnd;
        _askAt = now + AskInterval;
        if (_asked is null && logEnd <= _behind)
        {
            _pushes = true;
            return;
        }

        if (_asked is null)
        {
            if (decide(_order!) is { Verdict: not EscalationVerdict.MayReturn } decision)
            {
                (_refusal, _askAt) = (decision.Explanation, Ticks.Never);
                return;
            }

            _asked = _order! with { AskedAt = logTime };
            _renewAt = now + RenewInterval;
            _consents[identity.Self] = Agree(_asked, now);
        }

        if (Agreed(_order!) is not null)
        {
            _askAt = _renewAt;
            return;
        }

        foreach (var other in _epoch!.Others.Where(other => !_consents.ContainsKey(other)))
        {
            effects.Send(other, new ReturnRequest(_epoch.Descriptor.Tag, _asked));
        }
    }

    /// <summary>Whether something void is to be ordered, so that the log's time moves.</summary>
    /// <param name="now">The time.</param>
    /// <param name="logTime">The time of the last entry that this replica has applied.</param>
    public bool TakePush(Ticks now, Timestamp logTime)
    {
        var pushes = _pushes;
        _pushes = false;
        if (_given is not { } given)
        {
            return pushes;
        }

        if (logTime > given.Until || given.Interval > PushIntervalMax)
        {
            // Where the log's time does not move for so long, the clocks of those who lead are behind it; nobody can do anything about that here.
            _given = null;
        }
        else if (now >= given.PushAt)
        {
            _given = given with { PushAt = now + given.Interval, Interval = given.Interval * 2 };
            pushes = true;
        }

        return pushes;
    }

    private void Forget()
    {
        _asked = null;
        _behind = null;
        _renewAt = Ticks.Never;
        _consents.Clear();
        _obstacles.Clear();
    }

    private Signature Agree(SealOrder order, Ticks now)
    {
        _given = (order.ConsentedUntil > _given?.Until || _given is null ? order.ConsentedUntil : _given.Value.Until, now + SealOrder.ConsentLife, PushInterval);
        return _epoch!.Verifier.Sign(identity.Signer, order.ConsentIn(_epoch.Descriptor.Domain));
    }
}
