using System.Globalization;

namespace Consensus.Gossip;

/// <summary>How nodes of a swarm find what one of them lacks. The same at all nodes. The defaults are for production.</summary>
public sealed record RepairOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>How often a node compares its state with that of another one, give or take a quarter.</summary>
    /// <value>30 s; 10 ms to 1 h.</value>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Within what time all nodes compare their states once the swarm is whole again, each at a time that it draws: or all would do so at once.</summary>
    /// <value>1 s; 0 to 1 h.</value>
    public TimeSpan HealDelayMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For how long what was written is under way as news: a million members have it within a second. What is older, and found by repair, was missed: then a node asks several others, and soon.</summary>
    /// <value>1 s; 0 to 1 h.</value>
    public TimeSpan NewsTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After what time a node goes on that missed something, lacks more than an exchange may bring, or whose peer was busy, give or take a half.</summary>
    /// <value>500 ms; 10 ms to 1 h. Half of it has to lie between two exchanges that a peer begins.</value>
    public TimeSpan ContinueDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>For how long a node waits for the next step of an exchange.</summary>
    /// <value>5 s; 10 ms to 1 h.</value>
    public TimeSpan StepTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many exchanges a node takes part in at once that others begin; one of each peer's, and one of its own beside them.</summary>
    /// <value>4; 1 to 256.</value>
    public int ExchangesMax { get; init; } = 4;

    /// <summary>How many bytes a side sends in an exchange at most.</summary>
    /// <value>256 KiB; 16 KiB to 1 MiB, at least twice the longest key, the longest content and 1 KiB together.</value>
    public int ExchangeBytesMax { get; init; } = 256 * 1024;

    /// <summary>Checks every setting.</summary>
    /// <param name="state">What the store keeps, which is repaired.</param>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate(VersionedStoreOptions state)
    {
        var problems = new List<string>();
        CheckTime(nameof(Interval), Interval, TimeSpan.FromMilliseconds(10));
        CheckTime(nameof(HealDelayMax), HealDelayMax, TimeSpan.Zero);
        CheckTime(nameof(NewsTime), NewsTime, TimeSpan.Zero);
        CheckTime(nameof(ContinueDelay), ContinueDelay, TimeSpan.FromMilliseconds(10));
        CheckTime(nameof(StepTimeout), StepTimeout, TimeSpan.FromMilliseconds(10));
        CheckNumber(nameof(ExchangesMax), ExchangesMax, 1, 256);
        CheckNumber(nameof(ExchangeBytesMax), ExchangeBytesMax, Math.Max(16 << 10, 2 * (state.KeyBytesMax + state.ContentBytesMax + 1_024)), GossipLimits.StreamBytesMax);
        return problems;

        void CheckTime(string name, TimeSpan value, TimeSpan least) => Check(value >= least && value <= Longest, name, $"{value}", $"{least} to {Longest}");
        void CheckNumber(string name, int value, int least, int most) => Check(value >= least && value <= most, name, string.Create(CultureInfo.InvariantCulture, $"{value:N0}"), string.Create(CultureInfo.InvariantCulture, $"{least:N0} to {most:N0}"));
        void Check(bool holds, string name, string value, string allowed)
        {
            if (!holds)
            {
                problems.Add($"{name} is {value}; allowed: {allowed}.");
            }
        }
    }
}
