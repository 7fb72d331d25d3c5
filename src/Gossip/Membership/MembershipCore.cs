using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;

namespace Consensus.Gossip.Membership;

/// <summary>
/// Who is in the swarm, and who of them lives: SWIM (Das, Gupta, Motivala, DSN 2002) with Lifeguard's refinements (Dadgar, Phillips, Currey, DSN-W 2018). Members ask each other by turns whether they live, tell on what they find with the next messages, and compare now and then all that they know.
/// </summary>
internal sealed class MembershipCore : IGossipCore, IPeerView
{
    private readonly MembershipOptions _options;
    private readonly DeterministicRandom _random;
    private readonly Predicate<NodeId> _isTrusted;
    private readonly LocalHealth _health;
    private readonly Roster _roster;
    private readonly SentNews _news;
    private readonly Prober _prober;
    private readonly Survey _survey;
    private readonly StateExchanges _exchanges;
    private readonly Joining _joining;
    private readonly PartitionWatch _watch;
    private readonly List<NodeId> _peers = [];
    private long _peersAsOf = -1;
    private Ticks _told = Ticks.Zero;
    private Ticks _nextReconnect = Ticks.Never;
    private Ticks _nextForgetting = Ticks.Never;
    private Ticks _leaveBy = Ticks.Never;
    private Ticks _awake = Ticks.Never;

    /// <param name="id">Who this node is.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="instance">Which start of it this is: more than at any start before, from what the host keeps on disk, or the time of day.</param>
    /// <param name="options">The settings, which are valid.</param>
    /// <param name="random">Draws.</param>
    /// <param name="isTrusted">Whether a peer's reputation allows to talk to it; everybody's if that is left out.</param>
    public MembershipCore(NodeId id, string address, ulong instance, MembershipOptions options, DeterministicRandom random, Predicate<NodeId>? isTrusted = null)
    {
        Invariant.Holds(options.Validate().Count == 0, "the settings of a swarm's membership were checked");
        Invariant.Holds(id != NodeId.None && instance <= MemberVersion.InstanceMax, "a member has a number and an instance");
        (_options, _random, _isTrusted) = (options, random, isTrusted ?? (static _ => true));
        _health = new LocalHealth(options.AwarenessMax);
        _roster = new Roster(MemberClaim.Alive(id, address, new MemberVersion(instance, 0)), options, _health);
        _news = new SentNews(_roster);
        _prober = new Prober(_roster, _news, options, _health, random);
        _survey = new Survey(_roster, _prober, options, random);
        _exchanges = new StateExchanges(_roster, options, random);
        _joining = new Joining(_roster, options, random);
        _watch = new PartitionWatch(options.SwarmSizeMin);
    }

    /// <inheritdoc/>
    public Ticks NextDeadline { get; private set; } = Ticks.Never;

    /// <inheritdoc/>
    public int SwarmSize => _roster.Size;

    /// <inheritdoc/>
    public IReadOnlyList<NodeId> Peers
    {
        get
        {
            if (_peersAsOf != _roster.Table.Changes)
            {
                _peersAsOf = _roster.Table.Changes;
                _peers.Clear();
                _peers.AddRange(_roster.Table.Live.Select(entry => entry.Id).Where(id => _isTrusted(id)));
            }

            return _peers;
        }
    }

    /// <summary>On which side of a divided swarm this node is.</summary>
    public SwarmSide Side => _watch.Side;

    /// <summary>How many members the swarm has, reachable or not.</summary>
    public int FullSize => _watch.FullSize;

    /// <summary>This node, and which start of it it is.</summary>
    public SwarmMember Self => Shown(_roster.Self);

    /// <summary>Everybody else that is known, those who died or left not long ago among them.</summary>
    public IEnumerable<SwarmMember> Members => _roster.Table.All.Select(entry => Shown(entry.Claim));

    /// <summary>How badly this node thinks it does; 0 is well.</summary>
    public int HealthScore => _health.Score;

    /// <summary>About how many members there is news to tell.</summary>
    public int NewsCount => _roster.News.Count;

    /// <summary>Whether this node has left, and is done.</summary>
    public bool HasLeft { get; private set; }

    /// <inheritdoc/>
    public bool IsTrusted(NodeId peer) => _isTrusted(peer);

    /// <summary>Somebody's reputation has changed.</summary>
    public void OnTrustChanged() => _peersAsOf = -1;

    /// <summary>Begins.</summary>
    /// <param name="now">The time.</param>
    /// <param name="seeds">Where other members may be; this node's own address may be among them.</param>
    public void Start(Ticks now, IEnumerable<string> seeds, GossipEffects effects)
    {
        _prober.Start(now);
        _exchanges.Start(now);
        _joining.Start(now, seeds, effects);
        _nextReconnect = now + _random.NextBetween(TimeSpan.Zero, _options.ReconnectInterval);
        _nextForgetting = now + ForgettingInterval;
        Finish(now, effects);
    }

    /// <summary>Leaves the swarm: tells it, and ends when that was told often enough.</summary>
    public void Leave(Ticks now, GossipEffects effects)
    {
        if (_roster.Self.State == SwarmMemberState.Left)
        {
            return;
        }

        _roster.LeaveSelf();
        _prober.Stop();
        _exchanges.Stop();
        _joining.Stop();
        _leaveBy = now + _options.LeaveLingerMax;
        Finish(now, effects);
    }

    /// <inheritdoc/>
    public void OnMessage(Ticks now, NodeId from, GossipMessage message, GossipEffects effects)
    {
        if (HasLeft || from == _roster.Self.Id)
        {
            return;
        }

        NoticeSleep(now);
        if (_roster.Table.Find(from) is { } entry)
        {
            entry.HeardAt = now;
        }

        Dispatch(now, from, message, effects);
        Finish(now, effects);
    }

    /// <inheritdoc/>
    public void OnTime(Ticks now, GossipEffects effects)
    {
        if (HasLeft)
        {
            return;
        }

        NoticeSleep(now);
        _roster.OnTime(now, effects);
        _prober.OnTime(now, effects);
        _exchanges.OnTime(now, effects);
        _joining.OnTime(now, effects);
        if (_nextReconnect <= now)
        {
            _nextReconnect = now + _options.ReconnectInterval;
            Reconnect(now, effects);
        }

        if (_nextForgetting <= now)
        {
            _nextForgetting = now + ForgettingInterval;
            if (Side == SwarmSide.Majority)
            {
                _roster.Table.Forget(now, _options.TombstoneTime, _options.TombstonesMax);
            }
        }

        Finish(now, effects);
    }

    private TimeSpan ForgettingInterval => _options.TombstoneTime / 16;

    private static SwarmMember Shown(MemberClaim claim) => new(claim.Id, claim.Address, claim.Version, claim.State);

    private void Dispatch(Ticks now, NodeId from, GossipMessage message, GossipEffects effects)
    {
        switch (message)
        {
            case Ping ping:
                effects.Send(from, new Ack(ping.Number, _news.For(now, from, Hear(now, from, ping.News, effects))));
                if (_roster.Table.Find(from) is null)
                {
                    _exchanges.Wish(now, from);
                }

                break;
            case StreamPing ping:
                effects.Send(from, new Ack(ping.Number, _news.For(now, from, [])), GossipChannel.Stream);
                break;
            case Ack ack:
                HearOnly(now, from, ack.News, effects);
                _prober.OnAck(now, from, ack.Number, effects);
                break;
            case PingRequest request:
                HearOnly(now, from, request.News, effects);
                _prober.OnRequest(now, from, request, effects);
                break;
            case RelayedAck ack:
                HearOnly(now, from, ack.News, effects);
                _prober.OnAnswer(ack.Target, ack.Number);
                break;
            case Nack nack:
                HearOnly(now, from, nack.News, effects);
                _prober.OnNack(from, nack.Number, nack.Target);
                break;
            case MemberNews news:
                HearOnly(now, from, news.News, effects);
                break;
            case StateDigest digest:
                _exchanges.OnDigest(now, from, digest.Digest, effects);
                break;
            case StateExchange exchange:
                OnExchange(now, from, exchange, effects);
                break;
            case JoinRequest join:
                OnJoin(now, from, join.Self, effects);
                break;
            default:
                effects.Reject(from, $"{message.GetType().Name} is no message about members.");
                break;
        }
    }

    private IReadOnlyList<MemberClaim> Hear(Ticks now, NodeId from, ImmutableArray<MemberClaim> news, GossipEffects effects) =>
        news.IsEmpty ? [] : _roster.Apply(now, from, news, effects);

    /// <summary>What the sender has to be told, is told in a message of its own.</summary>
    private void HearOnly(Ticks now, NodeId from, ImmutableArray<MemberClaim> news, GossipEffects effects)
    {
        if (Hear(now, from, news, effects) is { Count: > 0 } corrections)
        {
            _news.Send(now, from, corrections, effects);
        }
    }

    private void OnExchange(Ticks now, NodeId from, StateExchange exchange, GossipEffects effects)
    {
        if (!_exchanges.OnExchange(now, from, exchange, _joining.IsWaiting, effects))
        {
            return;
        }

        HearOnly(now, from, exchange.Members, effects);
        if (_joining.IsWaiting && exchange.WantsAnswer)
        {
            _joining.Stop();
            effects.Raise(new SwarmJoined(from));
        }
    }

    private void OnJoin(Ticks now, NodeId from, MemberClaim self, GossipEffects effects)
    {
        if (self.Id != from || self.State != SwarmMemberState.Alive)
        {
            effects.Reject(from, $"It joins as member {self.Id}, {self.State}; allowed: as itself, {SwarmMemberState.Alive}.");
            return;
        }

        HearOnly(now, from, [self], effects);
        _exchanges.Tell(now, from, effects);
    }

    /// <summary>Somebody dead may be back: it hears of its death, and denies it.</summary>
    private void Reconnect(Ticks now, GossipEffects effects)
    {
        var dead = _roster.Table.Dead;
        if (dead.Count > 0)
        {
            _prober.AskOnly(now, dead[(int)_random.NextBelow((ulong)dead.Count)].Id, effects);
        }
    }

    /// <summary>If nobody called this node for much longer than it wanted, answers may wait to be read: nobody is accused, or dead, for what was not heard meanwhile.</summary>
    private void NoticeSleep(Ticks now)
    {
        if (now <= _awake)
        {
            return;
        }

        var asleep = now - NextDeadline;
        _roster.Shift(asleep);
        _prober.Shift(asleep);
        _survey.Abandon();
        _health.Worsen();
    }

    /// <summary>What follows from what has happened, whatever it was.</summary>
    private void Finish(Ticks now, GossipEffects effects)
    {
        if (_leaveBy == Ticks.Never)
        {
            _prober.Witness(now, effects);
            if (_roster.Returned != NodeId.None)
            {
                _exchanges.Wish(now, _roster.Returned);
            }

            _survey.OnTime(now, _watch, effects);
            _watch.Update(_roster.Size, _roster.Table.Dead.Count, _survey.Result(now), effects);
        }

        _roster.NewlySuspected.Clear();
        _roster.Returned = NodeId.None;
        TellNews(now, effects);
        if (_leaveBy <= now || (_leaveBy != Ticks.Never && (_roster.Table.Live.Count == 0 || !_roster.News.Has(_roster.Self.Id))))
        {
            HasLeft = true;
            effects.Raise(new SwarmLeft());
        }

        NextDeadline = HasLeft ? Ticks.Never : Earliest();
        _awake = NextDeadline == Ticks.Never ? Ticks.Never : (NextDeadline > now ? NextDeadline : now) + (_options.ProbeTimeout / 2);
    }

    private void TellNews(Ticks now, GossipEffects effects)
    {
        var live = _roster.Table.Live;
        if (_roster.News.Count == 0 || live.Count == 0 || now < _told + _options.GossipInterval)
        {
            return;
        }

        _told = now;
        Span<int> peers = stackalloc int[Math.Min(_options.GossipFanout, live.Count)];
        PeerSampling.Draw(_random, live.Count + 1, live.Count, peers);
        foreach (var peer in peers)
        {
            _news.Send(now, live[peer].Id, [], effects);
        }
    }

    private Ticks Earliest()
    {
        var next = Ticks.Min(_roster.NextDeadline, Ticks.Min(_prober.NextDeadline, _exchanges.NextDeadline));
        next = Ticks.Min(next, Ticks.Min(_joining.NextDeadline, Ticks.Min(_nextReconnect, _nextForgetting)));
        next = Ticks.Min(next, Ticks.Min(_leaveBy, _leaveBy == Ticks.Never ? _survey.NextDeadline(_watch) : Ticks.Never));
        return _roster.News.Count > 0 && _roster.Table.Live.Count > 0 ? Ticks.Min(next, _told + _options.GossipInterval) : next;
    }
}
