using Consensus.Engine;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;
using Consensus.Gossip.Repair;

namespace Consensus.Gossip.Dissemination;

/// <summary>
/// Finds the rumours that one of two nodes has missed (anti-entropy: Demers et al., PODC 1987): they compare the number and the sum of what they have heard in the last minutes, and where these differ, each says in few bits what it has, and is offered the rest.
/// </summary>
/// <remarks>
/// What is so young that it may be on its way is left out, and so is what was told before a node began: it may have handed that to its application before it ended, and nothing is handed over twice. With nothing told in the last minutes nothing is sent.
/// </remarks>
internal sealed class RumourComparison(KnownRumours known, DisseminationOptions options, DeterministicRandom random)
{
    /// <summary>How many rumours are offered in one comparison: what there is beyond that the next one finds.</summary>
    public const int OfferedMax = 256;

    /// <summary>How many bytes of rumours are offered in one comparison, but for one rumour that is longer.</summary>
    public const int OfferedBytesMax = 1024 * 1024;

    /// <summary>Which share of what is missing a digest hides; another one each time.</summary>
    private const double HiddenShare = 0.01;

    private const int TravelRounds = 20;
    private static readonly TimeSpan TravelTimeMin = TimeSpan.FromSeconds(1);

    /// <summary>How long a rumour is taken for being on its way.</summary>
    private readonly TimeSpan _travelTime = options.Interval * TravelRounds < TravelTimeMin ? TravelTimeMin : options.Interval * TravelRounds;

    /// <summary>From when on this node wants to have heard everything.</summary>
    public Timestamp Since { get; set; }

    /// <summary>Whether a rumour should have come long ago.</summary>
    public bool IsLate(Rumour rumour, Timestamp clock) => rumour.Time < Before(clock, _travelTime);

    /// <summary>Compares what was heard with what a peer has, if there is anything, or should be.</summary>
    public void Begin(Timestamp clock, NodeId peer, bool hasMissed, GossipEffects effects)
    {
        // The oldest are left out, for by another one's clock they may be too old to be taken.
        var window = Own(new TimeWindow(Before(clock, options.AgeMax * 0.9), Before(clock, _travelTime)));
        var salt = new FingerprintSalt(random.NextUInt64(), random.NextUInt64());
        if (!window.IsEmpty && Summarize(window, salt) is var summary && (hasMissed || summary.Count > 0))
        {
            effects.Send(peer, summary);
        }
    }

    /// <summary>A peer says what it has, in short.</summary>
    public void OnSummary(NodeId from, RumourSummary summary, GossipEffects effects)
    {
        var window = Own(summary.Window);
        if (!window.IsEmpty && (window != summary.Window || summary != Summarize(window, summary.Salt)))
        {
            SendDigest(from, window, isAnswer: false, effects);
        }
    }

    /// <summary>A peer says what it has.</summary>
    /// <returns>What it is to be offered.</returns>
    public IReadOnlyList<RumourId> OnDigest(NodeId from, RumourDigest digest, GossipEffects effects)
    {
        var lacking = known.Within(digest.Window).Where(id => !digest.Heard.MayContain(id)).ToList();
        var window = Own(digest.Window);
        if (!digest.IsAnswer && !window.IsEmpty && known.Within(digest.Window).Count() - lacking.Count != digest.Count)
        {
            SendDigest(from, window, isAnswer: true, effects);
        }

        var offered = new List<RumourId>();
        var bytes = 0L;
        foreach (var id in lacking)
        {
            if (known.TryFind(id, out var rumour) && offered.Count < OfferedMax && (offered.Count == 0 || bytes + rumour.Cost <= OfferedBytesMax))
            {
                offered.Add(id);
                bytes += rumour.Cost;
            }
        }

        return offered;
    }

    private static Timestamp Before(Timestamp time, TimeSpan span) => new(time.UnixMilliseconds - (long)span.TotalMilliseconds);

    private TimeWindow Own(TimeWindow window) => window.Since < Since ? window with { Since = Since } : window;

    private RumourSummary Summarize(TimeWindow window, FingerprintSalt salt)
    {
        var (count, sum) = (0, 0UL);
        foreach (var id in known.Within(window))
        {
            count++;
            sum = unchecked(sum + salt.Of(id));
        }

        return new RumourSummary(window, count, salt, sum);
    }

    private void SendDigest(NodeId to, TimeWindow window, bool isAnswer, GossipEffects effects)
    {
        RumourId[] heard = [.. known.Within(window)];
        var digest = BloomDigest.Of(heard, HiddenShare, new FingerprintSalt(random.NextUInt64(), random.NextUInt64()));
        effects.Send(to, new RumourDigest(window, heard.Length, digest, isAnswer), GossipChannel.Stream);
    }
}
