using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;

namespace Consensus.Gossip.Membership;

/// <summary>Finds the swarm through the addresses of some of its members: asks up to three at once, again after a while that grows, until one answers. A node that has already heard of members asks one of those: when many join at once, the seeds need not tell it all.</summary>
internal sealed class Joining(Roster roster, MembershipOptions options, DeterministicRandom random)
{
    private const int SeedsAtOnce = 3;
    private static readonly TimeSpan RetryLongest = TimeSpan.FromSeconds(30);

    private ImmutableArray<string> _seeds = [];
    private TimeSpan _retry;

    /// <summary>When seeds are asked again.</summary>
    public Ticks NextDeadline { get; private set; } = Ticks.Never;

    /// <summary>Whether an answer is waited for.</summary>
    public bool IsWaiting => NextDeadline != Ticks.Never;

    public void Start(Ticks now, IEnumerable<string> seeds, GossipEffects effects)
    {
        (_seeds, _retry) = ([.. seeds.Where(seed => !string.Equals(seed, roster.Self.Address, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)], options.JoinRetry);
        if (_seeds.Length > 0)
        {
            NextDeadline = now;
            OnTime(now, effects);
        }
    }

    public void Stop() => NextDeadline = Ticks.Never;

    public void OnTime(Ticks now, GossipEffects effects)
    {
        if (NextDeadline > now)
        {
            return;
        }

        NextDeadline = now + random.NextBetween(_retry / 2, _retry * 3 / 2);
        _retry = new TimeSpan(Math.Min(RetryLongest.Ticks, _retry.Ticks * 2));
        var live = roster.Table.Live;
        if (live.Count > 0)
        {
            effects.Send(live[(int)random.NextBelow((ulong)live.Count)].Id, new JoinRequest(roster.Self), GossipChannel.Stream);
            return;
        }

        Span<int> drawn = stackalloc int[Math.Min(SeedsAtOnce, _seeds.Length)];
        PeerSampling.Draw(random, _seeds.Length + 1, _seeds.Length, drawn);
        foreach (var seed in drawn)
        {
            effects.Introduce(_seeds[seed], new JoinRequest(roster.Self));
        }
    }
}
