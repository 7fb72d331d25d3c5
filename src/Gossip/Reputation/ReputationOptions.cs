using System.Globalization;

namespace Consensus.Gossip;

/// <summary>How a node judges its peers. The defaults are for production.</summary>
public sealed record ReputationOptions
{
    /// <summary>What each thing that no honest peer does takes from a peer's reputation, which is 1 at the best and 0 at the worst.</summary>
    /// <value>0.1; 0.001 to 1.</value>
    public double LossPerRejection { get; init; } = 0.1;

    /// <summary>Below which reputation a peer is neither listened nor talked to.</summary>
    /// <value>0.5; 0.01 to 0.99.</value>
    public double IgnoredBelow { get; init; } = 0.5;

    /// <summary>After what time a reputation of 0 is 1 again, if nothing else happens: evenly, so that a peer that is ignored is listened to again after half of it at the latest.</summary>
    /// <value>10 min; 1 s to 7 days.</value>
    public TimeSpan RecoveryTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many messages are taken from a peer in a second, in the long run. More are not looked at.</summary>
    /// <value>1,000; 10 to 1,000,000.</value>
    public int MessagesPerSecond { get; init; } = 1_000;

    /// <summary>How many are taken at once; as many again that were not looked at count as one rejection.</summary>
    /// <value>2,000; 10 to 1,000,000.</value>
    public int MessagesBurst { get; init; } = 2_000;

    /// <summary>Checks every setting.</summary>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        CheckShare(nameof(LossPerRejection), LossPerRejection, 0.001, 1);
        CheckShare(nameof(IgnoredBelow), IgnoredBelow, 0.01, 0.99);
        Check(RecoveryTime >= TimeSpan.FromSeconds(1) && RecoveryTime <= TimeSpan.FromDays(7), nameof(RecoveryTime), $"{RecoveryTime}", $"{TimeSpan.FromSeconds(1)} to {TimeSpan.FromDays(7)}");
        CheckNumber(nameof(MessagesPerSecond), MessagesPerSecond);
        CheckNumber(nameof(MessagesBurst), MessagesBurst);
        return problems;

        void CheckShare(string name, double value, double least, double most) => Check(value >= least && value <= most, name, value.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"));
        void CheckNumber(string name, int value) => Check(value is >= 10 and <= 1_000_000, name, value.ToString("N0", CultureInfo.InvariantCulture), "10 to 1,000,000");
        void Check(bool holds, string name, string value, string allowed)
        {
            if (!holds)
            {
                problems.Add($"{name} is {value}; allowed: {allowed}.");
            }
        }
    }
}
