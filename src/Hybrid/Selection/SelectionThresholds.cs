using Consensus.Cryptography;

namespace Consensus.Hybrid.Selection;

/// <summary>Where one engine ends and the next begins. The same on all members of a group.</summary>
public sealed record SelectionThresholds
{
    private const int SwarmSizeLimitMax = 1_000_000;
    private static readonly TimeSpan LatencyLimitMin = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LatencyLimitMax = TimeSpan.FromHours(1);

    /// <summary>How many members may agree by votes of all of them, where members may lie. With more, state spreads by gossip.</summary>
    /// <value>1,000; 4 to 1,000,000. Fewer than four members tolerate no lie, so with less no engine that agrees would ever be chosen.</value>
    public int SwarmSizeLimit { get; init; } = 1000;

    /// <summary>Where members may lie: who needs decisions in less than this gets HotStuff, others PBFT.</summary>
    /// <value>100 ms; 1 ms to 1 h.</value>
    public TimeSpan LatencyLimit { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>What is wrong: sentences that begin with the name of a property. None if all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        var least = ByzantineQuorum.MembersMin(1);
        if (SwarmSizeLimit < least || SwarmSizeLimit > SwarmSizeLimitMax)
        {
            problems.Add(
                FormattableString.Invariant($"{nameof(SwarmSizeLimit)} is {SwarmSizeLimit}; allowed: {least} to {SwarmSizeLimitMax:N0}, for fewer than {least} members tolerate no lie, and no engine that agrees by votes would ever be chosen."));
        }

        if (LatencyLimit < LatencyLimitMin || LatencyLimit > LatencyLimitMax)
        {
            problems.Add($"{nameof(LatencyLimit)} is {DurationText.Format(LatencyLimit)}; allowed: {DurationText.Format(LatencyLimitMin)} to {DurationText.Format(LatencyLimitMax)}.");
        }

        return problems;
    }
}
