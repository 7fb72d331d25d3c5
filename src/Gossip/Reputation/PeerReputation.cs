using Consensus.Engine;

namespace Consensus.Gossip.Reputation;

/// <summary>
/// How far a node trusts its peers. Whatever no honest peer does takes something from a peer's reputation; below a half it is ignored; with time it is forgiven. It is this node's own view: nobody is told, or a liar could have honest peers ignored.
/// </summary>
/// <param name="options">The settings, which are valid.</param>
internal sealed class PeerReputation(ReputationOptions options)
{
    private readonly Dictionary<NodeId, PeerStanding> _standings = [];
    private readonly List<NodeId> _spotless = [];
    private Ticks _nextForgetting = Ticks.Never;

    /// <summary>When <see cref="OnTime"/> is wanted at the latest.</summary>
    public Ticks NextDeadline { get; private set; } = Ticks.Never;

    /// <summary>Messages that were not looked at because too many came.</summary>
    public long Unread { get; private set; }

    /// <summary>Messages that were not looked at because their sender is ignored.</summary>
    public long Ignored { get; private set; }

    /// <summary>Of how many peers something is remembered.</summary>
    public int Count => _standings.Count;

    /// <summary>A peer's reputation, from 0 to 1.</summary>
    public double ScoreOf(NodeId peer, Ticks now) => _standings.TryGetValue(peer, out var standing) ? standing.ScoreAt(now, options) : 1;

    /// <summary>Whether a peer is listened and talked to.</summary>
    public bool IsTrusted(NodeId peer) => !(_standings.TryGetValue(peer, out var standing) && standing.IsIgnored);

    /// <summary>A message has come from a peer.</summary>
    /// <param name="peer">Who sent it, as was proven.</param>
    /// <param name="now">The time.</param>
    /// <param name="isFlood">Whether it sends so much that this is to be held against it.</param>
    /// <returns>Whether the message is to be looked at.</returns>
    public bool TryTake(NodeId peer, Ticks now, out bool isFlood)
    {
        var standing = Of(peer, now);
        if (standing.IsIgnored)
        {
            isFlood = false;
            Ignored++;
            return false;
        }

        var isTaken = standing.TryTake(now, options, out isFlood);
        Unread += isTaken ? 0 : 1;
        return isTaken;
    }

    /// <summary>A peer has done what no honest one does.</summary>
    /// <returns>Whether it is ignored from now on.</returns>
    public bool Lower(NodeId peer, Ticks now)
    {
        var standing = Of(peer, now);
        standing.Lower(now, options);
        var isLost = !standing.IsIgnored && standing.ScoreAt(now, options) < options.IgnoredBelow;
        standing.IsIgnored |= isLost;
        Plan();
        return isLost;
    }

    /// <summary>Time has passed.</summary>
    /// <param name="now">The time.</param>
    /// <param name="heard">Takes those that are listened to again.</param>
    public void OnTime(Ticks now, List<NodeId> heard)
    {
        if (now < NextDeadline)
        {
            return;
        }

        foreach (var (peer, standing) in _standings)
        {
            if (standing.IsIgnored && now >= standing.HeardFrom(options))
            {
                standing.IsIgnored = false;
                heard.Add(peer);
            }

            if (now >= _nextForgetting && standing.IsSpotless(now, options))
            {
                _spotless.Add(peer);
            }
        }

        if (now >= _nextForgetting)
        {
            _spotless.ForEach(peer => _standings.Remove(peer));
            _spotless.Clear();
            _nextForgetting = _standings.Count > 0 ? now + ForgettingInterval : Ticks.Never;
        }

        Plan();
    }

    private TimeSpan ForgettingInterval => options.RecoveryTime / 10;

    private PeerStanding Of(NodeId peer, Ticks now)
    {
        if (!_standings.TryGetValue(peer, out var standing))
        {
            _standings[peer] = standing = new PeerStanding(options, now);
            if (_nextForgetting == Ticks.Never)
            {
                _nextForgetting = now + ForgettingInterval;
                NextDeadline = Ticks.Min(NextDeadline, _nextForgetting);
            }
        }

        return standing;
    }

    private void Plan()
    {
        NextDeadline = _nextForgetting;
        foreach (var standing in _standings.Values)
        {
            if (standing.IsIgnored)
            {
                NextDeadline = Ticks.Min(NextDeadline, standing.HeardFrom(options));
            }
        }
    }
}
