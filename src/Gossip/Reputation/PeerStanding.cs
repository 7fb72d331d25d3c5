using Consensus.Engine;

namespace Consensus.Gossip.Reputation;

/// <summary>What is held against one peer, and how much it has said lately.</summary>
internal sealed class PeerStanding
{
    private double _score = 1;
    private Ticks _scoredAt;
    private double _left;
    private Ticks _filledAt;
    private int _unread;

    public PeerStanding(ReputationOptions options, Ticks now) => (_left, _filledAt, _scoredAt) = (options.MessagesBurst, now, now);

    /// <summary>Whether it is not listened to; until it is told to be again.</summary>
    public bool IsIgnored { get; set; }

    /// <summary>The reputation, from 0 to 1.</summary>
    public double ScoreAt(Ticks now, ReputationOptions options) => Math.Min(1, _score + ((now - _scoredAt) / options.RecoveryTime));

    /// <summary>It has done what no honest peer does.</summary>
    public void Lower(Ticks now, ReputationOptions options) => (_score, _scoredAt) = (Math.Max(0, ScoreAt(now, options) - options.LossPerRejection), now);

    /// <summary>When it is listened to again, if nothing else happens.</summary>
    public Ticks HeardFrom(ReputationOptions options) => _scoredAt + (options.RecoveryTime * Math.Max(0, options.IgnoredBelow - _score));

    /// <summary>A message has come from it.</summary>
    /// <param name="now">The time.</param>
    /// <param name="options">How much may come.</param>
    /// <param name="isFlood">Whether so many came that were not looked at that it counts as a rejection.</param>
    /// <returns>Whether the message is to be looked at.</returns>
    public bool TryTake(Ticks now, ReputationOptions options, out bool isFlood)
    {
        Fill(now, options);
        isFlood = false;
        if (_left >= 1)
        {
            _left--;
            return true;
        }

        if (++_unread >= options.MessagesBurst)
        {
            (_unread, isFlood) = (0, true);
        }

        return false;
    }

    /// <summary>Whether there is nothing to be remembered of it.</summary>
    public bool IsSpotless(Ticks now, ReputationOptions options)
    {
        Fill(now, options);
        return !IsIgnored && ScoreAt(now, options) >= 1 && _left >= options.MessagesBurst;
    }

    private void Fill(Ticks now, ReputationOptions options)
    {
        _left = Math.Min(options.MessagesBurst, _left + ((now - _filledAt).TotalSeconds * options.MessagesPerSecond));
        _filledAt = now;
    }
}
