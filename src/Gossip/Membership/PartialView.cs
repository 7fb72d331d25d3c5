using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;

namespace Consensus.Gossip.Membership;

/// <summary>
/// Whom a node talks to in a swarm in which nobody can know all: a few neighbours, who are each other's, and some more to replace them (HyParView: Leitão, Pereira, Rodrigues, DSN 2007). In place of <see cref="MembershipCore"/>.
/// </summary>
/// <remarks>A departure from the paper: it learns of a lost neighbour from a broken connection; here neighbours say now and then that they live, for cores know nothing of connections.</remarks>
internal sealed class PartialView : IGossipCore, IPeerView
{
    private readonly PartialViewOptions _options;
    private readonly DeterministicRandom _random;
    private readonly Predicate<NodeId> _isTrusted;
    private readonly ViewPeer _self;
    private readonly Dictionary<NodeId, Ticks> _heard = [];
    private readonly List<ViewPeer> _active = [];
    private readonly List<ViewPeer> _passive = [];
    private ImmutableArray<string> _seeds = [];
    private ViewPeer _asked;
    private Ticks _askedUntil = Ticks.Never;
    private Ticks _nextLive = Ticks.Never;
    private Ticks _nextShuffle = Ticks.Never;

    /// <param name="self">Who this node is, and where.</param>
    /// <param name="options">The settings, which are valid.</param>
    /// <param name="random">Draws.</param>
    /// <param name="isTrusted">Whether a peer's reputation allows to talk to it; everybody's if that is left out.</param>
    public PartialView(ViewPeer self, PartialViewOptions options, DeterministicRandom random, Predicate<NodeId>? isTrusted = null)
    {
        Invariant.Holds(options.Validate().Count == 0, "the settings of a partial view were checked");
        (_self, _options, _random, _isTrusted) = (self, options, random, isTrusted ?? (static _ => true));
    }

    /// <inheritdoc/>
    public Ticks NextDeadline => Ticks.Min(_askedUntil, Ticks.Min(_nextLive, _nextShuffle));

    /// <summary>How many members are known here: there are at least so many.</summary>
    public int SwarmSize => 1 + _active.Count + _passive.Count;

    /// <summary>The neighbours.</summary>
    public IReadOnlyList<NodeId> Peers => [.. _active.Select(peer => peer.Id).Where(id => _isTrusted(id))];

    /// <summary>Those who would take a neighbour's place.</summary>
    public IReadOnlyList<ViewPeer> Passive => _passive;

    /// <inheritdoc/>
    public bool IsTrusted(NodeId peer) => _isTrusted(peer);

    /// <summary>Begins.</summary>
    public void Start(Ticks now, IEnumerable<string> seeds, GossipEffects effects)
    {
        _seeds = [.. seeds.Where(seed => !string.Equals(seed, _self.Address, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];
        _nextLive = now + _random.NextBetween(TimeSpan.Zero, _options.LiveInterval);
        _nextShuffle = now + _random.NextBetween(TimeSpan.Zero, _options.ShuffleInterval);
        Introduce(effects);
    }

    /// <inheritdoc/>
    public void OnMessage(Ticks now, NodeId from, GossipMessage message, GossipEffects effects)
    {
        if (from == _self.Id)
        {
            return;
        }

        switch (message)
        {
            case ViewJoin join when join.Self.Id == from:
                OnJoin(now, join.Self, effects);
                break;
            case ForwardJoin join:
                OnForwardJoin(now, from, join, effects);
                break;
            case Neighbour neighbour when neighbour.Self.Id == from:
                OnNeighbour(now, neighbour, effects);
                break;
            case Shuffle shuffle:
                OnShuffle(from, shuffle, effects);
                break;
            case ShuffleAnswer answer:
                Note(answer.Peers, effects);
                break;
            default:
                effects.Reject(from, $"{message.GetType().Name} is no message of a partial view, or speaks for somebody else.");
                break;
        }

        Fill(now, effects);
    }

    /// <inheritdoc/>
    public void OnTime(Ticks now, GossipEffects effects)
    {
        if (_askedUntil <= now)
        {
            // Whoever does not answer is not known any more.
            _askedUntil = Ticks.Never;
            _passive.Remove(_asked);
        }

        if (_nextLive <= now)
        {
            _nextLive = now + _options.LiveInterval;
            GiveUpSilent(now);
            _active.ForEach(peer => Say(peer, NeighbourWord.Live, effects));
            if (_active.Count == 0 && _passive.Count == 0)
            {
                Introduce(effects);
            }
        }

        if (_nextShuffle <= now)
        {
            _nextShuffle = now + _random.NextBetween(_options.ShuffleInterval * 3 / 4, _options.ShuffleInterval * 5 / 4);
            if (_active.Count > 0)
            {
                effects.Send(Any(_active).Id, new Shuffle((byte)_options.JoinWalk, _self, Sample(_options.ShufflePeers)));
            }
        }

        Fill(now, effects);
    }

    private void OnJoin(Ticks now, ViewPeer joining, GossipEffects effects)
    {
        var others = _active.FindAll(peer => peer.Id != joining.Id);
        AddActive(now, joining, effects);
        Say(joining, NeighbourWord.Accept, effects);
        others.ForEach(peer => effects.Send(peer.Id, new ForwardJoin((byte)_options.JoinWalk, joining)));
    }

    private void OnForwardJoin(Ticks now, NodeId from, ForwardJoin join, GossipEffects effects)
    {
        if (join.Joining.Id == _self.Id)
        {
            return;
        }

        var others = _active.FindAll(peer => peer.Id != from && peer.Id != join.Joining.Id);
        if (join.StepsLeft == 0 || others.Count == 0)
        {
            AddActive(now, join.Joining, effects);
            Say(join.Joining, NeighbourWord.Accept, effects);
            return;
        }

        if (join.StepsLeft == _options.PassiveWalk)
        {
            Note([join.Joining], effects);
        }

        effects.Send(Any(others).Id, join with { StepsLeft = (byte)Math.Min(join.StepsLeft - 1, _options.JoinWalk) });
    }

    private void OnNeighbour(Ticks now, Neighbour neighbour, GossipEffects effects)
    {
        var peer = neighbour.Self;
        var isActive = _active.Exists(known => known.Id == peer.Id);
        if (peer.Id == _asked.Id && neighbour.Word is NeighbourWord.Accept or NeighbourWord.Refuse)
        {
            _askedUntil = Ticks.Never;
        }

        switch (neighbour.Word)
        {
            case NeighbourWord.Ask when !isActive && _active.Count >= _options.ActiveMax:
                effects.Locate(peer.Id, peer.Address);
                Say(peer, NeighbourWord.Refuse, effects);
                break;
            case NeighbourWord.Ask or NeighbourWord.AskUrgently:
                AddActive(now, peer, effects);
                Say(peer, NeighbourWord.Accept, effects);
                break;
            case NeighbourWord.Accept:
                AddActive(now, peer, effects);
                break;
            case NeighbourWord.Live when isActive:
                _heard[peer.Id] = now;
                break;
            case NeighbourWord.Live:
                effects.Locate(peer.Id, peer.Address);
                Say(peer, NeighbourWord.End, effects);
                break;
            case NeighbourWord.End when isActive:
                Remove(peer.Id);
                Note([peer], effects);
                break;
            default:
                break;
        }
    }

    private void OnShuffle(NodeId from, Shuffle shuffle, GossipEffects effects)
    {
        var others = _active.FindAll(peer => peer.Id != from && peer.Id != shuffle.Origin.Id);
        if (shuffle.Origin.Id == _self.Id)
        {
            return;
        }

        if (shuffle.StepsLeft > 0 && others.Count > 0)
        {
            effects.Send(Any(others).Id, shuffle with { StepsLeft = (byte)Math.Min(shuffle.StepsLeft - 1, _options.JoinWalk) });
            return;
        }

        effects.Locate(shuffle.Origin.Id, shuffle.Origin.Address);
        effects.Send(shuffle.Origin.Id, new ShuffleAnswer(Sample(0, shuffle.Peers.Length + 1)));
        Note(shuffle.Peers.Add(shuffle.Origin), effects);
    }

    /// <summary>Seeks neighbours among those who are known.</summary>
    private void Fill(Ticks now, GossipEffects effects)
    {
        if (_askedUntil == Ticks.Never && _active.Count < _options.ActiveMax && _passive.Count > 0)
        {
            (_asked, _askedUntil) = (Any(_passive), now + _options.LiveInterval);
            Say(_asked, _active.Count == 0 ? NeighbourWord.AskUrgently : NeighbourWord.Ask, effects);
        }
    }

    private void GiveUpSilent(Ticks now)
    {
        foreach (var silent in _active.Where(peer => now - _heard[peer.Id] > _options.LiveInterval * _options.MissesMax).ToArray())
        {
            Remove(silent.Id);
        }
    }

    private void AddActive(Ticks now, ViewPeer peer, GossipEffects effects)
    {
        _heard[peer.Id] = now;
        if (peer.Id == _self.Id || _active.Exists(known => known.Id == peer.Id))
        {
            return;
        }

        if (_active.Count == _options.ActiveMax)
        {
            var dropped = Any(_active);
            Remove(dropped.Id);
            Say(dropped, NeighbourWord.End, effects);
            Note([dropped], effects);
        }

        _passive.RemoveAll(known => known.Id == peer.Id);
        _active.Add(peer);
        effects.Locate(peer.Id, peer.Address);
    }

    private void Remove(NodeId id)
    {
        _active.RemoveAll(peer => peer.Id == id);
        _heard.Remove(id);
    }

    /// <summary>Keeps some to know; others give way by lot.</summary>
    private void Note(ImmutableArray<ViewPeer> peers, GossipEffects effects)
    {
        foreach (var peer in peers)
        {
            if (peer.Id == _self.Id || _active.Exists(known => known.Id == peer.Id) || _passive.Exists(known => known.Id == peer.Id))
            {
                continue;
            }

            if (_passive.Count == _options.PassiveMax)
            {
                _passive.RemoveAt((int)_random.NextBelow((ulong)_passive.Count));
            }

            _passive.Add(peer);
            effects.Locate(peer.Id, peer.Address);
        }
    }

    private ImmutableArray<ViewPeer> Sample(int active) => Sample(active, active + 1);

    private ImmutableArray<ViewPeer> Sample(int active, int passive) => [.. Drawn(_active, active), .. Drawn(_passive, passive)];

    private ViewPeer[] Drawn(List<ViewPeer> peers, int count)
    {
        Span<int> drawn = stackalloc int[Math.Min(count, peers.Count)];
        PeerSampling.Draw(_random, peers.Count + 1, peers.Count, drawn);
        var sample = new ViewPeer[drawn.Length];
        for (var i = 0; i < sample.Length; i++)
        {
            sample[i] = peers[drawn[i]];
        }

        return sample;
    }

    private void Introduce(GossipEffects effects)
    {
        if (_seeds.Length > 0)
        {
            effects.Introduce(_seeds[(int)_random.NextBelow((ulong)_seeds.Length)], new ViewJoin(_self));
        }
    }

    private ViewPeer Any(List<ViewPeer> peers) => peers[(int)_random.NextBelow((ulong)peers.Count)];

    private void Say(ViewPeer to, NeighbourWord word, GossipEffects effects) => effects.Send(to.Id, new Neighbour(word, _self));
}
