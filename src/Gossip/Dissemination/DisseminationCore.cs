using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;

namespace Consensus.Gossip.Dissemination;

/// <summary>
/// Brings news to all of a swarm: whoever has some calls others at random, round by round, until enough of those it called had heard of it (Demers et al., PODC 1987: rumour mongering with feedback and counters; Karp et al., FOCS 2000: push and pull).
/// Large rumours are offered by their ids first (Leitão et al., SRDS 2007: eager and lazy push).
/// </summary>
/// <remarks>When nobody has anything to tell, nothing is sent, but for pulls where <see cref="GossipMode.Pull"/> is configured. Who was not reached finds what it lacks by comparison (<see cref="Compare"/>).</remarks>
internal sealed class DisseminationCore : IGossipCore
{
    private const int RoundsRemembered = 64;
    private const int StreamBytes = 64 * 1024;
    private const int NamedMax = 24;
    private const int StopMargin = 5;
    private const int BurstSeconds = 4;
    private const int WantedMax = 4_096;

    /// <summary>To compare so many remembered rumours counts as much against a peer as to be told one.</summary>
    private const int ComparedEach = 64;
    private static readonly TimeSpan AnswerTimeMin = TimeSpan.FromMilliseconds(200);

    private readonly NodeId _self;
    private readonly DisseminationOptions _options;
    private readonly IPeerView _peers;
    private readonly DeterministicRandom _random;
    private readonly KnownRumours _known;
    private readonly RumourComparison _comparison;
    private readonly HotRumours _hot = new();
    private readonly CallLoss _loss = new();
    private readonly Queue<CallRound> _rounds = new();
    private readonly Dictionary<RumourId, Ticks> _wanted = [];
    private readonly Dictionary<NodeId, PeerAllowance> _allowances = [];
    private readonly TimeSpan _answerTime;
    private ulong _sequence;
    private ushort _round;
    private Ticks _nextRound = Ticks.Never;
    private Ticks _pullsUntil;

    /// <param name="self">This node.</param>
    /// <param name="firstSequence">The number before that of its first rumour: more than any that it has used before it was started again; the time of day in microseconds will do.</param>
    /// <param name="options">The settings, which are valid.</param>
    /// <param name="peers">Whom to talk to.</param>
    /// <param name="random">Draws.</param>
    public DisseminationCore(NodeId self, ulong firstSequence, DisseminationOptions options, IPeerView peers, DeterministicRandom random)
    {
        Invariant.Holds(options.Validate().Count == 0, "the settings of dissemination were checked");
        (_self, _sequence, _options, _peers, _random) = (self, firstSequence, options, peers, random);
        _known = new KnownRumours(options);
        _comparison = new RumourComparison(_known, options, random);
        _answerTime = options.Interval * 4 < AnswerTimeMin ? AnswerTimeMin : options.Interval * 4;
    }

    /// <summary>What the wall clock shows. Set before each call.</summary>
    public Timestamp Clock { get; set; }

    /// <inheritdoc/>
    public Ticks NextDeadline => _nextRound < _known.ForgetsAt ? _nextRound : _known.ForgetsAt;

    /// <summary>How many rumours are being told.</summary>
    public int HotCount => _hot.Count;

    /// <summary>How many are remembered.</summary>
    public int KnownCount => _known.Count;

    /// <summary>Which share of calls gets no answer, lately.</summary>
    public double LossShare => _loss.Share;

    /// <summary>How many rumours were asked for and are awaited, or were not delivered in time.</summary>
    public int WantedCount => _wanted.Count;

    /// <summary>How many rumours of others were not taken because too many are young.</summary>
    public long Overflows { get; private set; }

    /// <summary>How many rumours came late, from those who were asked what was missed here.</summary>
    public long Repaired { get; private set; }

    /// <summary>The rumours that are kept whole, the oldest first.</summary>
    public IEnumerable<RumourId> Kept => _known.Kept;

    /// <summary>A rumour that is kept.</summary>
    public Rumour? Find(RumourId id) => _known.TryFind(id, out var rumour) ? rumour : null;

    /// <summary>Begins. Where members pull, the first round comes without anything to tell.</summary>
    public void Start(Ticks now)
    {
        _comparison.Since = Clock;
        if (_options.Mode == GossipMode.Pull)
        {
            _nextRound = now + _random.NextBetween(TimeSpan.Zero, _options.Interval);
        }
    }

    /// <summary>Tells all of the swarm something. It is not delivered here.</summary>
    /// <param name="now">The time.</param>
    /// <param name="kind">What kind of message it is: see <see cref="Rumour.Kind"/>.</param>
    /// <param name="payload">What it says; copied.</param>
    /// <param name="priority">What is told first.</param>
    /// <returns>The rumour; nothing, if too many are young.</returns>
    /// <exception cref="ArgumentException">The kind is none, or the payload is too long.</exception>
    public Rumour? Publish(Ticks now, string kind, ReadOnlySpan<byte> payload, RumourPriority priority)
    {
        if (!Rumour.IsKind(kind))
        {
            throw new ArgumentException($"The kind has {kind.Length} characters; allowed: 1 to {Rumour.KindLengthMax} letters, digits, '-', '.' and '_'.", nameof(kind));
        }

        if (payload.Length > _options.PayloadBytesMax)
        {
            throw new ArgumentException($"The payload has {payload.Length} bytes; allowed: up to {_options.PayloadBytesMax} (PayloadBytesMax).", nameof(payload));
        }

        if (_known.IsFull)
        {
            return null;
        }

        var rumour = Rumour.Begin(_self, ++_sequence, kind, priority, Clock, payload, _options.CompressFrom);
        Keep(rumour, now);
        _nextRound = now;
        return rumour;
    }

    /// <summary>Compares what was heard in the last minutes with what a peer has heard.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="hasMissed">Whether this node has missed something: then it asks although it has heard nothing.</param>
    /// <param name="effects">Takes what is to be done.</param>
    public void Compare(NodeId peer, bool hasMissed, GossipEffects effects) => _comparison.Begin(Clock, peer, hasMissed, effects);

    /// <inheritdoc/>
    public void OnMessage(Ticks now, NodeId from, GossipMessage message, GossipEffects effects)
    {
        if (from == _self || !_peers.IsTrusted(from))
        {
            return;
        }

        switch (message)
        {
            case RumourCall m when MayTell(now, from, m.Rumours.Length + m.Known.Length, effects):
                OnCall(now, from, m, effects);
                break;
            case RumourAnswer m when MayTell(now, from, m.Rumours.Length, effects):
                OnAnswer(now, from, m, effects);
                break;
            case RumourDelivery m when MayTell(now, from, m.Rumours.Length, effects):
                OnDelivery(now, from, m, effects);
                break;
            case RumourSummary m when MayTell(now, from, _known.Count / ComparedEach, effects):
                _comparison.OnSummary(from, m, effects);
                break;
            case RumourDigest m when MayTell(now, from, _known.Count / ComparedEach, effects):
                Offer(now, from, _comparison.OnDigest(from, m, effects), effects);
                break;
        }
    }

    /// <inheritdoc/>
    public void OnTime(Ticks now, GossipEffects effects)
    {
        _known.Forget(now);
        if (now < _nextRound)
        {
            return;
        }

        EndRounds(now);
        _hot.Cool(now, _options.HotTimeMax);
        var pulls = _options.Mode.CalledTells() && (_options.Mode == GossipMode.Pull || now < _pullsUntil);
        if ((_hot.Count == 0 || _options.Mode == GossipMode.Pull) && !pulls)
        {
            _nextRound = Ticks.Never;
            return;
        }

        _nextRound = now + _options.Interval;
        if (_peers.Peers.Count > 0)
        {
            Call(now, pulls || _options.Mode.CalledTells(), effects);
        }
    }

    private int StopAfter => _options.StopAfter > 0 ? _options.StopAfter : (int)Math.Ceiling(Math.Log(Math.Max(2, _peers.SwarmSize))) + StopMargin;

    private void Call(Ticks now, bool wantsNews, GossipEffects effects)
    {
        var peers = _peers.Peers;
        Span<int> drawn = stackalloc int[Math.Min(peers.Count, _loss.Compensate(_options.Fanout))];
        PeerSampling.Draw(_random, peers.Count + 1, peers.Count, drawn);
        var called = new NodeId[drawn.Length];
        for (var i = 0; i < drawn.Length; i++)
        {
            called[i] = peers[drawn[i]];
        }

        var told = ImmutableArray.CreateBuilder<Rumour>();
        var named = ImmutableArray.CreateBuilder<RumourId>();
        var bytes = 0;
        foreach (var hot in _hot.InOrder)
        {
            if (_options.Mode.CallerTells() && hot.Rumour.Packed.Length < _options.OfferFrom && bytes + hot.Rumour.Cost <= StreamBytes)
            {
                told.Add(hot.Rumour);
                bytes += hot.Rumour.Cost;
                hot.Told += called.Length;
            }
            else if (named.Count < NamedMax)
            {
                named.Add(hot.Rumour.Id);
                hot.Told += called.Length;
            }
        }

        var call = new RumourCall(++_round, wantsNews, told.DrainToImmutable(), named.DrainToImmutable());
        _rounds.Enqueue(new CallRound(_round, now, [.. call.Rumours.Select(rumour => rumour.Id)], call.Known, called));
        foreach (var peer in called)
        {
            effects.Send(peer, call, ChannelFor(bytes + (call.Known.Length * (RumourId.Size + 2))));
        }
    }

    private void OnCall(Ticks now, NodeId from, RumourCall call, GossipEffects effects)
    {
        var hadHeard = new byte[(call.Rumours.Length + 7) / 8];
        var named = new HashSet<RumourId>();
        for (var i = 0; i < call.Rumours.Length; i++)
        {
            var id = call.Rumours[i].Id;
            named.Add(id);
            if (!TryTake(now, from, call.Rumours[i], effects))
            {
                hadHeard[i / 8] |= (byte)(1 << (i % 8));
            }
        }

        var wanted = ImmutableArray.CreateBuilder<RumourId>();
        foreach (var id in call.Known)
        {
            named.Add(id);
            if (_known.Contains(id))
            {
                if (!_options.Mode.CallerTells())
                {
                    // Who only answers learns from questions whom it need not tell.
                    _hot.OnKnown(id, StopAfter);
                }
            }
            else if (!_known.IsFull && MayWant(id, now))
            {
                // From one at a time: whoever does not deliver is passed over after a while.
                _wanted[id] = now + _answerTime;
                wanted.Add(id);
            }
        }

        var news = ImmutableArray.CreateBuilder<Rumour>();
        var bytes = 0;
        if (call.WantsNews && _options.Mode.CalledTells())
        {
            foreach (var hot in _hot.InOrder)
            {
                // What is large is offered in a call of this node's own; where nobody offers anything, it is told.
                if (!named.Contains(hot.Rumour.Id) && bytes + hot.Rumour.Cost <= StreamBytes && (hot.Rumour.Packed.Length < _options.OfferFrom || !_options.Mode.CallerTells()))
                {
                    news.Add(hot.Rumour);
                    bytes += hot.Rumour.Cost;
                    hot.Told++;
                }
            }
        }

        var answer = new RumourAnswer(call.Number, [.. hadHeard], wanted.DrainToImmutable(), news.DrainToImmutable());
        effects.Send(from, answer, ChannelFor(bytes + hadHeard.Length + (answer.Wanted.Length * (RumourId.Size + 2))));
    }

    private void OnAnswer(Ticks now, NodeId from, RumourAnswer answer, GossipEffects effects)
    {
        if (_rounds.FirstOrDefault(round => round.Number == answer.Number) is { } round && round.TryAnswer(from))
        {
            _loss.OnAnswered();
            for (var i = 0; i < round.Told.Length && i / 8 < answer.HadHeard.Length; i++)
            {
                if ((answer.HadHeard[i / 8] & (1 << (i % 8))) != 0)
                {
                    _hot.OnKnown(round.Told[i], StopAfter);
                }
            }

            Deliver(from, answer.Wanted.Where(round.Named.Contains).Distinct(), effects);
        }

        foreach (var rumour in answer.Rumours)
        {
            TryTake(now, from, rumour, effects);
        }
    }

    private void Deliver(NodeId to, IEnumerable<RumourId> wanted, GossipEffects effects)
    {
        foreach (var id in wanted)
        {
            if (_known.TryFind(id, out var rumour))
            {
                effects.Send(to, new RumourDelivery([rumour]), ChannelFor(rumour.Cost));
            }
        }
    }

    private void Offer(Ticks now, NodeId to, IReadOnlyList<RumourId> offered, GossipEffects effects)
    {
        if (offered.Count > 0)
        {
            var call = new RumourCall(++_round, WantsNews: false, [], [.. offered]);
            _rounds.Enqueue(new CallRound(_round, now, [], call.Known, [to]));
            effects.Send(to, call, ChannelFor(offered.Count * (RumourId.Size + 2)));
        }
    }

    private void OnDelivery(Ticks now, NodeId from, RumourDelivery delivery, GossipEffects effects)
    {
        foreach (var rumour in delivery.Rumours)
        {
            if (_wanted.Remove(rumour.Id))
            {
                if (TryTake(now, from, rumour, effects) && _known.Contains(rumour.Id) && _comparison.IsLate(rumour, Clock))
                {
                    Repaired++;
                }
            }
            else if (!_known.Contains(rumour.Id))
            {
                effects.Reject(from, $"Rumour {rumour.Id} was delivered, and not asked for.");
            }
        }
    }

    /// <summary>Takes a rumour that is new here.</summary>
    /// <returns>Whether it was not known. What is not taken for another reason counts as not known: it was of no use.</returns>
    private bool TryTake(Ticks now, NodeId from, Rumour rumour, GossipEffects effects)
    {
        if (_known.Contains(rumour.Id) || rumour.Origin == _self)
        {
            return false;
        }

        if (DefectOf(rumour) is { } defect)
        {
            effects.Reject(from, defect);
            return true;
        }

        if (_known.IsFull)
        {
            Overflows++;
            return true;
        }

        if (rumour.Time.UnixMilliseconds < Clock.UnixMilliseconds - (long)_options.AgeMax.TotalMilliseconds)
        {
            // Nobody's fault: clocks differ, and it may have been on its way for long. It is not new to anybody any more.
            return false;
        }

        var own = rumour.ToldOn();
        _wanted.Remove(own.Id);
        effects.Deliver(own);
        Keep(own, now);
        return true;
    }

    private string? DefectOf(Rumour rumour) =>
        rumour.Length > _options.PayloadBytesMax ? $"A rumour has {rumour.Length} bytes; allowed: up to {_options.PayloadBytesMax}."
        : rumour.Time.UnixMilliseconds > Clock.UnixMilliseconds + (long)_options.AheadMax.TotalMilliseconds
            ? $"Rumour {rumour.Id} is of {rumour.Time.UnixMilliseconds} ms after 1970, and it is {Clock.UnixMilliseconds} ms; allowed: up to {_options.AheadMax} ahead."
        : !rumour.IsWhole ? $"Rumour {rumour.Id} is not what its id says."
        : null;

    private void Keep(Rumour rumour, Ticks now)
    {
        _known.Add(rumour, now);
        if (rumour.Hops >= _options.HopsMax)
        {
            return;
        }

        _hot.Add(rumour, now);
        _pullsUntil = now + _options.HotTimeMax;
        if (_nextRound == Ticks.Never)
        {
            // Those who hear of it together do not call together.
            _nextRound = now + _random.NextBetween(TimeSpan.Zero, _options.Interval / 2);
        }
    }

    private bool MayWant(RumourId id, Ticks now)
    {
        if (_wanted.TryGetValue(id, out var until))
        {
            return until <= now;
        }

        if (_wanted.Count >= WantedMax)
        {
            // What is offered may be made up: nothing is wanted for longer than an answer takes.
            foreach (var (late, _) in _wanted.Where(wanted => wanted.Value <= now).ToArray())
            {
                _wanted.Remove(late);
            }
        }

        return _wanted.Count < WantedMax;
    }

    private void EndRounds(Ticks now)
    {
        while (_rounds.TryPeek(out var oldest) && (now - oldest.At >= _answerTime || _rounds.Count > RoundsRemembered))
        {
            _rounds.Dequeue();
            for (var i = 0; i < oldest.Awaited; i++)
            {
                _loss.OnLost();
            }
        }
    }

    private bool MayTell(Ticks now, NodeId from, int rumours, GossipEffects effects)
    {
        if (!_allowances.TryGetValue(from, out var allowance))
        {
            _allowances.Add(from, allowance = new PeerAllowance(_options.RumoursPerSecondMax, BurstSeconds * _options.RumoursPerSecondMax, now));
        }

        if (allowance.TryTake(1 + rumours, now))
        {
            return true;
        }

        effects.Reject(from, $"More than {_options.RumoursPerSecondMax} rumours and calls a second; allowed: so many, and {BurstSeconds} times as many at once.");
        return false;
    }

    private static GossipChannel ChannelFor(int bytes) => bytes + Rumour.OverheadBytes <= GossipLimits.DatagramBytesMax ? GossipChannel.Datagram : GossipChannel.Stream;
}
