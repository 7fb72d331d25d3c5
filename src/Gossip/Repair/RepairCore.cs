using System.Numerics;
using Consensus.Engine;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;

namespace Consensus.Gossip.Repair;

/// <summary>
/// Anti-entropy (Demers et al., PODC 1987): now and then a node compares its state with that of another one, drawn anew each time, and each of the two gets what it lacks. That repairs whatever news did not reach.
/// </summary>
/// <remarks>
/// <code>
/// A                                      B
/// │ RepairDigest, a datagram ──────────► │ the same: nothing more
/// │ ◄──────────────── RepairStep 1       │ its sixteen parts, in short     (or RepairBusy)
/// │ RepairStep 2 ──────────────────────► │ those that differ, looked at further, or listed
/// │ ◄──────────────── RepairStep …       │ values that A lacks, and what B wants of A's
/// │ RepairStep, asks nothing ──────────► │ the end
/// </code>
/// A side that lacks more than an exchange may bring goes on soon, where this one stopped. What a peer says is checked value by value; what it costs is bounded, whatever it says.
/// </remarks>
internal sealed class RepairCore : IGossipCore
{
    private readonly NodeId _self;
    private readonly VersionedStore _store;
    private readonly RepairOptions _options;
    private readonly IPeerView _peers;
    private readonly DeterministicRandom _random;
    private readonly Func<Ticks, Timestamp> _timeOfDay;
    private readonly Action<NodeId, bool, GossipEffects> _compareMore;
    private readonly Reconciler _reconciler;
    private readonly Dictionary<NodeId, RepairExchange> _exchanges = [];
    private readonly Dictionary<NodeId, Ticks> _begun = [];
    private RepairExchange? _asked;
    private NodeId _askedOf;
    private uint _numbers;
    private Ticks _next = Ticks.Never;
    private NodeId _nextPeer;
    private ulong _place;
    private int _soon;

    /// <param name="self">Who this node is.</param>
    /// <param name="store">What is repaired.</param>
    /// <param name="options">The settings, which are valid.</param>
    /// <param name="peers">Whom it may talk to.</param>
    /// <param name="random">Draws; nobody is to foresee it.</param>
    /// <param name="timeOfDay">The time of day at a point of this node's clock.</param>
    /// <param name="compareMore">Compares what else there is with the peer whose state is compared; with whether something was missed, as far as is known.</param>
    public RepairCore(NodeId self, VersionedStore store, RepairOptions options, IPeerView peers, DeterministicRandom random, Func<Ticks, Timestamp> timeOfDay, Action<NodeId, bool, GossipEffects> compareMore)
    {
        Invariant.Holds(options.Validate(store.Options).Count == 0, "the settings of a swarm's repair were checked");
        (_self, _store, _options, _peers, _random, _timeOfDay, _compareMore) = (self, store, options, peers, random, timeOfDay, compareMore);
        _reconciler = new Reconciler(store, options.ExchangeBytesMax);
    }

    /// <inheritdoc/>
    public Ticks NextDeadline { get; private set; } = Ticks.Never;

    /// <summary>What it has done.</summary>
    public RepairStatistics Statistics { get; } = new();

    /// <summary>How many exchanges go on.</summary>
    public int ExchangeCount => _exchanges.Count;

    /// <summary>Begins.</summary>
    public void Start(Ticks now)
    {
        _next = now + Around(_options.Interval, 4);
        Finish();
    }

    /// <summary>Peers are back that could not be reached: there is surely something to repair. Soon, but not at the moment in which all find that.</summary>
    public void OnHealed(Ticks now)
    {
        _soon = SpreadRounds;
        WishBefore(now + _random.NextBetween(TimeSpan.Zero, _options.HealDelayMax), NodeId.None);
        Finish();
    }

    /// <summary>This node has missed something: others have it, and something else may be missing as well.</summary>
    public void OnMissed(Ticks now)
    {
        _soon = SpreadRounds;
        WishBefore(now + Around(_options.ContinueDelay, 2), NodeId.None);
        Finish();
    }

    /// <inheritdoc/>
    public void OnMessage(Ticks now, NodeId from, GossipMessage message, GossipEffects effects)
    {
        if (from == _self || !_peers.IsTrusted(from))
        {
            return;
        }

        switch (message)
        {
            case RepairDigest digest:
                OnDigest(now, from, digest, effects);
                break;
            case RepairStep step:
                OnStep(now, from, step, effects);
                break;
            case RepairBusy busy:
                OnBusy(now, from, busy);
                break;
            default:
                effects.Reject(from, $"{message.GetType().Name} is no message about repair.");
                break;
        }

        Finish();
    }

    /// <inheritdoc/>
    public void OnTime(Ticks now, GossipEffects effects)
    {
        foreach (var (peer, exchange) in _exchanges.Where(item => item.Value.Deadline <= now).ToArray())
        {
            _exchanges.Remove(peer);
            Statistics.TimedOut++;
        }

        if (_next <= now)
        {
            var (peer, hasMissed) = (_nextPeer, _soon > 0);
            (_next, _nextPeer) = (now + (_soon > 0 ? Around(_options.ContinueDelay, 2) : Around(_options.Interval, 4)), NodeId.None);
            _soon = Math.Max(0, _soon - 1);
            Begin(now, peer, hasMissed, effects);
        }

        Finish();
    }

    /// <summary>For how many rounds what one node knows spreads to all, in push-pull: log₃ n and some (Karp et al., FOCS 2000). A round costs a datagram once both sides are equal.</summary>
    private int SpreadRounds => BitOperations.Log2((uint)Math.Max(1, _peers.SwarmSize)) + 3;

    private void Begin(Ticks now, NodeId wished, bool hasMissed, GossipEffects effects)
    {
        foreach (var peer in _begun.Where(item => IsSpaced(now, item.Value)).Select(item => item.Key).ToArray())
        {
            _begun.Remove(peer);
        }

        _store.Forget(_timeOfDay(now));
        var peers = _peers.Peers;
        if (peers.Count == 0)
        {
            return;
        }

        var to = wished != NodeId.None && _peers.IsTrusted(wished) ? wished : peers[(int)_random.NextBelow((ulong)peers.Count)];
        if (_exchanges.ContainsKey(to) || _exchanges.Values.Any(exchange => exchange.IsMine))
        {
            WishBefore(now + Around(_options.ContinueDelay, 2), NodeId.None);
            return;
        }

        _askedOf = to;
        _asked = new RepairExchange(++_numbers, new FingerprintSalt(_random.NextUInt64(), _random.NextUInt64()), _place, isMine: true) { Deadline = now + _options.StepTimeout };
        Statistics.Asked++;
        effects.Send(to, new RepairDigest(_asked.Number, _asked.Salt, _place, _store.Digest));
        _compareMore(to, hasMissed, effects);
    }

    private void OnDigest(Ticks now, NodeId from, RepairDigest digest, GossipEffects effects)
    {
        if (digest.State == _store.Digest)
        {
            return;
        }

        // If both ask each other at once, the question of the smaller number is answered.
        var isAsked = _asked is not null && _askedOf == from && _asked.Deadline > now;
        if ((isAsked && _self < from) || (_exchanges.TryGetValue(from, out var current) && current.IsMine))
        {
            return;
        }

        if (_begun.TryGetValue(from, out var begun) && !IsSpaced(now, begun))
        {
            Statistics.Declined++;
            return;
        }

        if (current is null && _exchanges.Values.Count(exchange => !exchange.IsMine) >= _options.ExchangesMax)
        {
            Statistics.Declined++;
            effects.Send(from, new RepairBusy(digest.Exchange));
            return;
        }

        _asked = isAsked ? null : _asked;
        _begun[from] = now;
        var exchange = new RepairExchange(digest.Exchange, digest.Salt, digest.Start, isMine: false);
        _exchanges[from] = exchange;
        Send(now, from, exchange, _reconciler.Open(digest.Exchange, digest.Salt, exchange.Walk), effects);
    }

    private void OnStep(Ticks now, NodeId from, RepairStep step, GossipEffects effects)
    {
        if (step.Turn == 1 && _asked is { } asked && _askedOf == from && asked.Number == step.Exchange && asked.Deadline > now)
        {
            _asked = null;
            _exchanges[from] = asked;
        }

        if (!_exchanges.TryGetValue(from, out var exchange) || exchange.Number != step.Exchange || exchange.NextTurn != step.Turn)
        {
            Statistics.Unexpected++;
            return;
        }

        // A step is never shorter than its draft says, and a draft never longer than the budget: only what surrounds it comes on top.
        exchange.BytesReceived += RepairWire.LengthOf(step) - RepairWire.StepBytesMax;
        if (exchange.BytesReceived > _options.ExchangeBytesMax)
        {
            GiveUp(from, $"An exchange brings more than {_options.ExchangeBytesMax:N0} bytes.", effects);
        }
        else if (!step.IsLast && step.Turn >= RepairExchange.TurnsMax)
        {
            GiveUp(from, $"An exchange goes on for more than {RepairExchange.TurnsMax} steps.", effects);
        }
        else if (TakeIn(now, from, exchange, step, effects) is { } defect)
        {
            GiveUp(from, defect, effects);
        }
        else if (step.IsLast)
        {
            Complete(now, from, exchange);
        }
        else
        {
            Send(now, from, exchange, _reconciler.Answer(step, exchange.Salt, exchange.Walk, exchange.BytesSent), effects);
        }
    }

    private void OnBusy(Ticks now, NodeId from, RepairBusy busy)
    {
        if (_asked is { } asked && _askedOf == from && asked.Number == busy.Exchange)
        {
            _asked = null;
            WishBefore(now + Around(_options.ContinueDelay, 2), NodeId.None);
        }
    }

    /// <summary>Keeps what a step brings, up to the first value that no honest node passes on: it would have refused it itself.</summary>
    /// <returns>What is wrong with that; <see langword="null"/> for nothing.</returns>
    private string? TakeIn(Ticks now, NodeId from, RepairExchange exchange, RepairStep step, GossipEffects effects)
    {
        var time = _timeOfDay(now);
        if (step.StoppedAt is { } place)
        {
            exchange.Walk.StopAt(place);
        }

        foreach (var value in step.Values)
        {
            switch (_store.Put(time, value))
            {
                case PutResult.Stored:
                    exchange.Gained++;
                    exchange.HasMissed |= time.UnixMilliseconds - value.Time.UnixMilliseconds >= (long)_options.NewsTime.TotalMilliseconds;
                    Statistics.ValuesGained++;
                    effects.Raise(new StateChanged(value, from));
                    break;
                case PutResult.TooLarge:
                    return $"It passes on a value with a key of {value.Key.Length:N0} bytes and a content of {value.Content.Length:N0}; allowed: {_store.Options.KeyBytesMax:N0} and {_store.Options.ContentBytesMax:N0}.";
                case PutResult.HashWrong:
                    return $"It passes on a value whose hash is not {value.Hash}.";
                case PutResult.SignatureWrong:
                    return $"It passes on the value {value.Hash}, which {value.Origin} did not sign.";
                case PutResult.Known or PutResult.Superseded or PutResult.Expired or PutResult.FromTheFuture or PutResult.OriginUnknown or PutResult.Full:
                    break;
            }
        }

        return null;
    }

    private void Send(Ticks now, NodeId to, RepairExchange exchange, RepairStep step, GossipEffects effects)
    {
        exchange.BytesSent += RepairWire.LengthOf(step) - RepairWire.StepBytesMax;
        exchange.NextTurn = step.Turn + 1;
        exchange.Deadline = now + _options.StepTimeout;
        Statistics.ValuesSent += step.Values.Length;
        effects.Send(to, step, GossipChannel.Stream);
        if (step.IsLast)
        {
            Complete(now, to, exchange);
        }
    }

    private void Complete(Ticks now, NodeId peer, RepairExchange exchange)
    {
        _exchanges.Remove(peer);
        Statistics.Completed++;

        // Where others begin is their affair. If there was no room even for the first thing, there would be none again: so elsewhere.
        if (exchange.IsMine && exchange.Walk.StoppedAt is { } place)
        {
            _place = place != exchange.Walk.Start ? place : _random.NextUInt64();
        }

        // What should have come as news long ago, others lack as well: so they are asked, too, and so on.
        if (exchange.HasMissed)
        {
            _soon = SpreadRounds;
        }

        // Only if it brought something: what is refused is refused again.
        if (exchange.HasMissed || (exchange.Walk.HasStopped && exchange.Gained > 0))
        {
            WishBefore(now + Around(_options.ContinueDelay, 2), exchange.Walk.HasStopped ? peer : NodeId.None);
        }
    }

    private void GiveUp(NodeId peer, string defect, GossipEffects effects)
    {
        _exchanges.Remove(peer);
        Statistics.Rejected++;
        effects.Reject(peer, defect);
    }

    private void WishBefore(Ticks at, NodeId peer)
    {
        if (at < _next)
        {
            (_next, _nextPeer) = (at, peer);
        }
    }

    private bool IsSpaced(Ticks now, Ticks begun) => now >= begun + (_options.ContinueDelay / 2);

    /// <summary>A time around another one: by one part of it more or less.</summary>
    private TimeSpan Around(TimeSpan span, int part) => _random.NextBetween(span - (span / part), span + (span / part));

    private void Finish()
    {
        NextDeadline = _next;
        foreach (var exchange in _exchanges.Values)
        {
            NextDeadline = Ticks.Min(NextDeadline, exchange.Deadline);
        }
    }
}
