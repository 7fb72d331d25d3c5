using Consensus.Engine;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;

namespace Consensus.Gossip.Membership;

/// <summary>
/// Asks members whether they live: one in each interval, itself at first, then through some others and on a connection, and accuses who does not answer (SWIM, section 3.1). How long it waits, and how often it asks, follows from how well this node does itself.
/// </summary>
internal sealed class Prober
{
    /// <summary>How many questions are asked for others at once, and for one of them.</summary>
    private const int RelaysMax = 128;

    private const int RelaysMaxEach = 16;

    private readonly Roster _roster;
    private readonly SentNews _news;
    private readonly MembershipOptions _options;
    private readonly LocalHealth _health;
    private readonly DeterministicRandom _random;
    private readonly MemberRing _ring;
    private readonly ProbeOrder _order;
    private readonly List<Probe> _probes = [];
    private readonly List<Relay> _relays = [];
    private Ticks _next = Ticks.Never;
    private byte _number;

    public Prober(Roster roster, SentNews news, MembershipOptions options, LocalHealth health, DeterministicRandom random)
    {
        (_roster, _news, _options, _health, _random) = (roster, news, options, health, random);
        _ring = new MemberRing(roster.Self.Id, roster.Table);
        _order = new ProbeOrder(roster.Table, _ring, random);
    }

    /// <summary>When it has something to do.</summary>
    public Ticks NextDeadline
    {
        get
        {
            var next = _next;
            foreach (var probe in _probes)
            {
                next = Ticks.Min(next, probe.Deadline);
            }

            foreach (var relay in _relays)
            {
                next = Ticks.Min(next, relay.Deadline);
            }

            return next;
        }
    }

    /// <summary>Begins, at some moment of the first interval: nodes that start together do not ask together.</summary>
    public void Start(Ticks now) => _next = now + _random.NextBetween(TimeSpan.Zero, _options.ProbeInterval);

    /// <summary>Ends: nobody is asked or accused any more.</summary>
    public void Stop()
    {
        _next = Ticks.Never;
        _probes.Clear();
    }

    /// <summary>This node was asleep: answers may wait to be read.</summary>
    public void Shift(TimeSpan asleep)
    {
        _probes.ForEach(probe => probe.Deadline += asleep);
        for (var i = 0; i < _relays.Count; i++)
        {
            _relays[i] = _relays[i] with { Deadline = _relays[i].Deadline + asleep };
        }
    }

    /// <summary>Time has passed.</summary>
    public void OnTime(Ticks now, GossipEffects effects)
    {
        for (var i = _relays.Count - 1; i >= 0; i--)
        {
            if (_relays[i].Deadline <= now)
            {
                var relay = _relays[i];
                _relays.RemoveAt(i);
                effects.Send(relay.Requester, new Nack(relay.RequestNumber, relay.Target, _news.For(now, relay.Requester, [])));
            }
        }

        for (var i = _probes.Count - 1; i >= 0; i--)
        {
            if (_probes[i].Deadline <= now)
            {
                OnNoAnswer(now, _probes[i], effects);
            }
        }

        if (_next <= now)
        {
            _next = now + _health.Stretch(_options.ProbeInterval);
            Ask(now, _order.Next(), effects);
        }
    }

    /// <summary>Members are suspected: those shortly before them on the ring see for themselves, so that it is not one node's word (and a dead one's end does not wait).</summary>
    public void Witness(Ticks now, GossipEffects effects)
    {
        foreach (var suspect in _roster.NewlySuspected)
        {
            if (_roster.Table.Find(suspect) is { Suspicion: { } suspicion } && !suspicion.Accusers.Contains(_roster.Self.Id) && _ring.IsShortlyBefore(suspect, _options.SuspicionConfirmations + 2))
            {
                Ask(now, suspect, effects);
            }
        }
    }

    /// <summary>Asks somebody, unless it is being asked.</summary>
    public void Ask(Ticks now, NodeId target, GossipEffects effects)
    {
        if (target == NodeId.None || _probes.Exists(probe => probe.Target == target))
        {
            return;
        }

        var number = NextNumber();
        _probes.Add(new Probe(target, number, now + _health.Stretch(_options.ProbeTimeout)));
        effects.Send(target, new Ping(number, _news.For(now, target, [])));
    }

    /// <summary>Asks somebody of whom no answer is expected: it may be told what it should deny.</summary>
    public byte AskOnly(Ticks now, NodeId target, GossipEffects effects)
    {
        var number = NextNumber();
        effects.Send(target, new Ping(number, _news.For(now, target, [])));
        return number;
    }

    /// <summary>Somebody answered.</summary>
    public void OnAck(Ticks now, NodeId from, byte number, GossipEffects effects)
    {
        OnAnswer(from, number);
        for (var i = _relays.Count - 1; i >= 0; i--)
        {
            if (_relays[i].Target == from && _relays[i].Number == number)
            {
                var relay = _relays[i];
                _relays.RemoveAt(i);
                effects.Send(relay.Requester, new RelayedAck(relay.RequestNumber, from, _news.For(now, relay.Requester, [])));
            }
        }
    }

    /// <summary>Somebody answered another node that asked for this one.</summary>
    public void OnAnswer(NodeId target, byte number)
    {
        var place = _probes.FindIndex(probe => probe.Target == target && probe.Number == number);
        if (place >= 0)
        {
            _probes.RemoveAt(place);
            _health.Improve();
        }
    }

    /// <summary>Somebody who was to ask got no answer, either.</summary>
    public void OnNack(NodeId from, byte number, NodeId target) => _probes.Find(probe => probe.Target == target && probe.Number == number)?.Relays.Remove(from);

    /// <summary>Asks for another node.</summary>
    public void OnRequest(Ticks now, NodeId from, PingRequest request, GossipEffects effects)
    {
        if (request.Target == _roster.Self.Id)
        {
            effects.Send(from, new RelayedAck(request.Number, request.Target, _news.For(now, from, [])));
        }
        else if (_roster.Table.Find(request.Target) is not null && _relays.Count < RelaysMax && _relays.Count(relay => relay.Requester == from) < RelaysMaxEach)
        {
            // Said before the other one stops waiting, and that one may wait no longer than this one would.
            var number = AskOnly(now, request.Target, effects);
            _relays.Add(new Relay(from, request.Number, request.Target, number, now + (_options.IndirectTimeout * 4 / 5)));
        }
    }

    private void OnNoAnswer(Ticks now, Probe probe, GossipEffects effects)
    {
        if (!_roster.Table.IsLive(probe.Target))
        {
            _probes.Remove(probe);
            return;
        }

        if (!probe.IsIndirect && AskOthers(now, probe, effects))
        {
            probe.IsIndirect = true;
            probe.Deadline = now + _health.Stretch(_options.IndirectTimeout);
            return;
        }

        // Those who were asked and say nothing at all point to this node rather than to the one that it asks about.
        _probes.Remove(probe);
        _health.Worsen(probe.IsIndirect ? probe.Relays.Count : 1);
        _roster.Accuse(now, probe.Target, effects);
    }

    private bool AskOthers(Ticks now, Probe probe, GossipEffects effects)
    {
        var others = _roster.Table.Live.Where(entry => entry.Claim.State == SwarmMemberState.Alive && entry.Id != probe.Target).Select(entry => entry.Id).ToArray();
        var count = Math.Min(_options.IndirectProbes, others.Length);
        for (var i = 0; i < count; i++)
        {
            var drawn = i + (int)_random.NextBelow((ulong)(others.Length - i));
            (others[i], others[drawn]) = (others[drawn], others[i]);
            probe.Relays.Add(others[i]);
            effects.Send(others[i], new PingRequest(probe.Number, probe.Target, _news.For(now, others[i], [])));
        }

        // If there are two of that number, a connection may be one that the other one has dialled, and its answer says nothing of the one that is asked.
        var isOverStream = _options.ProbesOverStream && _roster.Table.Find(probe.Target) is not { ConflictAddress: not null };
        if (isOverStream)
        {
            effects.Send(probe.Target, new StreamPing(probe.Number), GossipChannel.Stream);
        }

        return count > 0 || isOverStream;
    }

    private byte NextNumber() => _number = (byte)((_number + 1) & 127);
}
