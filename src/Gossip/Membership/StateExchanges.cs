using System.Collections.Immutable;
using System.Numerics;
using Consensus.Engine;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;

namespace Consensus.Gossip.Membership;

/// <summary>
/// Compares what nodes know, now and then: what news did not reach is found that way. One at a time with each peer, few in a second, at times that no two nodes share: after a partition everybody finds a difference at once, and nobody is to be asked by all.
/// </summary>
internal sealed class StateExchanges(Roster roster, MembershipOptions options, DeterministicRandom random)
{
    private readonly Dictionary<NodeId, Ticks> _told = [];
    private RateLimit _tells;
    private NodeId _asked;
    private Ticks _askedUntil = Ticks.Never;
    private NodeId _wished;
    private Ticks _wishedAt = Ticks.Never;
    private Ticks _next = Ticks.Never;

    /// <summary>When it has something to do.</summary>
    public Ticks NextDeadline => Ticks.Min(_next, _wishedAt);

    /// <summary>For how long an answer is waited for.</summary>
    private TimeSpan Patience => options.IndirectTimeout * 8;

    public void Start(Ticks now) => _next = now + NextInterval();

    public void Stop() => (_next, _wishedAt) = (Ticks.Never, Ticks.Never);

    /// <summary>With somebody there is surely something to exchange: soon, but not at the moment in which all find that.</summary>
    public void Wish(Ticks now, NodeId peer)
    {
        if (_wishedAt == Ticks.Never && (_asked != peer || _askedUntil <= now || _asked == NodeId.None))
        {
            (_wished, _wishedAt) = (peer, now + random.NextBetween(TimeSpan.Zero, options.GossipInterval * 8));
        }
    }

    public void OnTime(Ticks now, GossipEffects effects)
    {
        if (_wishedAt <= now)
        {
            _wishedAt = Ticks.Never;
            Ask(now, _wished, effects);
        }

        if (_next <= now)
        {
            _next = now + NextInterval();
            var live = roster.Table.Live;
            if (live.Count > 0)
            {
                Ask(now, live[(int)random.NextBelow((ulong)live.Count)].Id, effects);
            }
        }
    }

    /// <summary>A peer says what it knows, in short.</summary>
    public void OnDigest(Ticks now, NodeId from, ulong digest, GossipEffects effects)
    {
        if (digest != roster.Table.DigestWith(roster.Self) || !roster.Table.IsLive(from))
        {
            Tell(now, from, effects);
        }
    }

    /// <summary>Tells a peer everything, unless it is being told, or too many are.</summary>
    public void Tell(Ticks now, NodeId to, GossipEffects effects)
    {
        foreach (var late in _told.Where(told => told.Value <= now).Select(told => told.Key).ToArray())
        {
            _told.Remove(late);
        }

        if (!_told.ContainsKey(to) && _tells.TryTake(now, Math.Max(1, options.ExchangesPerSecondMax / 4), TimeSpan.FromSeconds(1) / options.ExchangesPerSecondMax))
        {
            _told[to] = now + Patience;
            effects.Send(to, new StateExchange(WantsAnswer: true, All(now)), GossipChannel.Stream);
        }
    }

    /// <summary>A peer tells everything.</summary>
    /// <param name="isAsked">Whether it was asked in another way.</param>
    /// <returns>Whether it was asked for: what was not is not looked at.</returns>
    public bool OnExchange(Ticks now, NodeId from, StateExchange exchange, bool isAsked, GossipEffects effects)
    {
        if (!exchange.WantsAnswer)
        {
            return _told.Remove(from);
        }

        if (!isAsked && (_asked != from || _askedUntil <= now))
        {
            return false;
        }

        _asked = NodeId.None;
        effects.Send(from, new StateExchange(WantsAnswer: false, All(now)), GossipChannel.Stream);
        return true;
    }

    private void Ask(Ticks now, NodeId peer, GossipEffects effects)
    {
        (_asked, _askedUntil) = (peer, now + Patience);
        effects.Send(peer, new StateDigest(roster.Table.DigestWith(roster.Self)), GossipChannel.Stream);
    }

    /// <summary>Each of n nodes asks one: the more there are, the more rarely each has to.</summary>
    private TimeSpan NextInterval()
    {
        var scaled = options.ExchangeInterval * Math.Max(1, BitOperations.Log2((uint)roster.Size) - 4);
        return random.NextBetween(scaled * 3 / 4, scaled * 5 / 4);
    }

    private ImmutableArray<MemberClaim> All(Ticks now)
    {
        var left = GossipLimits.StreamBytesMax - 8;
        var all = ImmutableArray.CreateBuilder<MemberClaim>(roster.Size);
        foreach (var claim in roster.Table.All.Select(entry => entry.ToTell(now)).Prepend(roster.Self))
        {
            left -= MembershipWire.LengthOf(claim);
            if (left < 0)
            {
                break;
            }

            all.Add(claim);
        }

        return all.DrainToImmutable();
    }
}
