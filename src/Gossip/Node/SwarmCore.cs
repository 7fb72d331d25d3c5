using Consensus.Engine;
using Consensus.Gossip.Dissemination;
using Consensus.Gossip.Membership;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Repair;
using Consensus.Gossip.Reputation;
using Consensus.Gossip.Votes;

namespace Consensus.Gossip.Node;

/// <summary>
/// A node of a swarm without its sockets: the cores that it is made of, each message handed to the one that it is for, unless its sender says too much or is not trusted. What the cores hold against peers lowers their reputation.
/// </summary>
internal sealed class SwarmCore : IGossipCore
{
    private readonly NodeId _self;
    private readonly VersionedStore _store;
    private readonly int _payloadBytesMax;
    private readonly Func<Ticks, Timestamp> _timeOfDay;
    private readonly List<NodeId> _heard = [];

    /// <param name="self">This node, where it is, and which start of it this is.</param>
    /// <param name="options">The settings, which are valid.</param>
    /// <param name="store">The state that the swarm shares.</param>
    /// <param name="trust">Whose signatures are taken.</param>
    /// <param name="random">Draws; nobody is to foresee it.</param>
    /// <param name="timeOfDay">The time of day at a point of this node's clock.</param>
    public SwarmCore(SwarmSelf self, SwarmNodeOptions options, VersionedStore store, SwarmTrust trust, DeterministicRandom random, Func<Ticks, Timestamp> timeOfDay)
    {
        (_self, _store, _timeOfDay, _payloadBytesMax) = (self.Id, store, timeOfDay, options.Dissemination.PayloadBytesMax);
        Reputation = new PeerReputation(options.Reputation);
        Membership = new MembershipCore(self.Id, self.Address, self.Instance, options.Membership, Fork(random), Reputation.IsTrusted);
        Dissemination = new DisseminationCore(self.Id, self.Instance, options.Dissemination, Membership, Fork(random));
        Repair = new RepairCore(self.Id, store, options.Repair, Membership, Fork(random), timeOfDay, Dissemination.Compare);
        Ballots = new BallotsCore(self.Id, trust, options.Ballots, Membership, Fork(random), timeOfDay);
    }

    /// <summary>Who is in the swarm.</summary>
    public MembershipCore Membership { get; }

    /// <summary>What is told to all.</summary>
    public DisseminationCore Dissemination { get; }

    /// <summary>How nodes find what one of them lacks.</summary>
    public RepairCore Repair { get; }

    /// <summary>What the swarm decides.</summary>
    public BallotsCore Ballots { get; }

    /// <summary>How far peers are trusted.</summary>
    public PeerReputation Reputation { get; }

    /// <summary>Messages of kinds that are none of a core's here: of a later version, perhaps.</summary>
    public long UnknownMessages { get; private set; }

    /// <inheritdoc/>
    public Ticks NextDeadline => Ticks.Min(Ticks.Min(Membership.NextDeadline, Dissemination.NextDeadline), Ticks.Min(Ballots.NextDeadline, Ticks.Min(Repair.NextDeadline, Reputation.NextDeadline)));

    /// <summary>Begins.</summary>
    /// <param name="now">The time.</param>
    /// <param name="seeds">Where other members may be.</param>
    /// <param name="effects">Takes what is to be done.</param>
    public void Start(Ticks now, IEnumerable<string> seeds, GossipEffects effects)
    {
        Dissemination.Clock = _timeOfDay(now);
        Membership.Start(now, seeds, effects);
        Dissemination.Start(now);
        Repair.Start(now);
    }

    /// <summary>Leaves the swarm: tells it, and ends when that was told often enough (<see cref="MembershipCore.HasLeft"/>).</summary>
    public void Leave(Ticks now, GossipEffects effects) => Membership.Leave(now, effects);

    /// <summary>Tells all.</summary>
    /// <returns>What was told; <see langword="null"/> if there is no room for it now.</returns>
    /// <exception cref="ArgumentException">The kind is none, or reserved, or the payload is too long.</exception>
    public Rumour? Publish(Ticks now, string kind, ReadOnlySpan<byte> payload, RumourPriority priority)
    {
        if (Rumour.IsReserved(kind))
        {
            throw new ArgumentException($"The kind is '{kind}'; those that begin with '{Rumour.ReservedPrefix}' are the swarm's own.", nameof(kind));
        }

        Dissemination.Clock = _timeOfDay(now);
        return Dissemination.Publish(now, kind, payload, priority);
    }

    /// <summary>Takes a value of this node's into the shared state, and tells all of it. Those whom that does not reach find it when they compare states.</summary>
    public PutResult Write(Ticks now, VersionedValue value)
    {
        var result = _store.Put(_timeOfDay(now), value);
        if (result == PutResult.Stored && StateNews.Encode(value) is var news && news.Length <= _payloadBytesMax)
        {
            Dissemination.Clock = _timeOfDay(now);
            Dissemination.Publish(now, StateNews.Kind, news, RumourPriority.Normal);
        }

        return result;
    }

    /// <summary>Asks the swarm: takes a ballot of this node's, and tells all of it.</summary>
    /// <returns>Why it is not taken; <see langword="null"/> if it is.</returns>
    public string? Ask(Ticks now, Ballot ballot, GossipEffects effects)
    {
        var defect = Ballots.Announce(now, ballot, effects);
        if (defect is null)
        {
            // If there is no room for the rumour, others hear of it when votes are compared.
            Dissemination.Clock = _timeOfDay(now);
            Dissemination.Publish(now, BallotNews.Kind, BallotNews.Encode(ballot), RumourPriority.Critical);
        }

        return defect;
    }

    /// <inheritdoc/>
    public void OnMessage(Ticks now, NodeId from, GossipMessage message, GossipEffects effects)
    {
        if (from == _self)
        {
            return;
        }

        var (rejections, events) = (effects.Rejections.Count, effects.Events.Count);
        if (!Reputation.TryTake(from, now, out var isFlood))
        {
            if (isFlood)
            {
                effects.Reject(from, "It sends more messages than are looked at.");
            }
        }
        else if (CoreFor(message.Kind) is { } core)
        {
            var repaired = Dissemination.Repaired;
            Dissemination.Clock = _timeOfDay(now);
            core.OnMessage(now, from, message, effects);
            TakeOwn(now, from, effects);
            if (Dissemination.Repaired > repaired)
            {
                Repair.OnMissed(now);
            }
        }
        else
        {
            UnknownMessages++;
        }

        TakeNote(now, rejections, events, effects);
    }

    /// <summary>A peer has sent what is no message of a swarm's.</summary>
    public void OnMalformed(Ticks now, NodeId from, GossipEffects effects)
    {
        var (rejections, events) = (effects.Rejections.Count, effects.Events.Count);
        if (from != _self && Reputation.IsTrusted(from))
        {
            effects.Reject(from, "It sends what is no message.");
        }

        TakeNote(now, rejections, events, effects);
    }

    /// <inheritdoc/>
    public void OnTime(Ticks now, GossipEffects effects)
    {
        var (rejections, events) = (effects.Rejections.Count, effects.Events.Count);
        Dissemination.Clock = _timeOfDay(now);
        Membership.OnTime(now, effects);
        Dissemination.OnTime(now, effects);
        Repair.OnTime(now, effects);
        Ballots.OnTime(now, effects);
        Reputation.OnTime(now, _heard);
        foreach (var peer in _heard)
        {
            effects.Raise(new PeerHeardAgain(peer));
        }

        if (_heard.Count > 0)
        {
            _heard.Clear();
            Membership.OnTrustChanged();
        }

        TakeNote(now, rejections, events, effects);
    }

    private static DeterministicRandom Fork(DeterministicRandom random) => new(random.NextUInt64());

    private IGossipCore? CoreFor(GossipMessageKind kind) => (byte)kind switch
    {
        >= 16 and < 26 => Membership,
        >= 32 and < 48 => Dissemination,
        >= 48 and < 64 => Repair,
        >= 64 and < 80 => Ballots,
        _ => null,
    };

    /// <summary>Rumours that tell values and ballots are not the application's. What is wrong with them is its origin's fault, who is not known for certain.</summary>
    private void TakeOwn(Ticks now, NodeId from, GossipEffects effects)
    {
        if (effects.Deliveries.Count == 0)
        {
            return;
        }

        foreach (var rumour in effects.Deliveries)
        {
            if (StateNews.Find(rumour) is { } value && _store.Put(_timeOfDay(now), value) == PutResult.Stored)
            {
                effects.Raise(new StateChanged(value, from));
            }

            if (BallotNews.Find(rumour) is { } ballot)
            {
                Ballots.Announce(now, ballot, effects);
            }
        }

        effects.Withdraw(static rumour => Rumour.IsReserved(rumour.Kind));
    }

    /// <summary>What the cores have found out concerns the others as well.</summary>
    private void TakeNote(Ticks now, int rejections, int events, GossipEffects effects)
    {
        for (var i = rejections; i < effects.Rejections.Count; i++)
        {
            var (peer, reason) = effects.Rejections[i];
            if (Reputation.Lower(peer, now))
            {
                Membership.OnTrustChanged();
                effects.Raise(new PeerIgnored(peer, reason));
            }
        }

        for (var i = events; i < effects.Events.Count; i++)
        {
            switch (effects.Events[i])
            {
                case SwarmReunited:
                    Repair.OnHealed(now);
                    break;
                case DeathDenied:
                    Repair.OnMissed(now);
                    break;
                default:
                    break;
            }
        }
    }
}
