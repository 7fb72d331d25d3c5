using System.Globalization;

namespace Consensus.Hybrid;

/// <summary>How observations become levels. The same on all members.</summary>
public sealed record ThreatOptions
{
    private const int FromMax = 1000;
    private static readonly TimeSpan WindowMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WindowMax = TimeSpan.FromDays(1);

    /// <summary>For how long an observation, a report or a proof counts.</summary>
    /// <value>10 min; 1 s to 1 d.</value>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>From how many signature failures of one member within the window on the level is <see cref="ThreatLevel.Low"/>.</summary>
    /// <value>1; 1 or more.</value>
    public int LowFrom { get; init; } = 1;

    /// <summary>From how many on it is <see cref="ThreatLevel.Medium"/>.</summary>
    /// <value>3; more than <see cref="LowFrom"/>.</value>
    public int MediumFrom { get; init; } = 3;

    /// <summary>From how many on it is <see cref="ThreatLevel.High"/>, and stays so however many follow: a count is no proof.</summary>
    /// <value>6; more than <see cref="MediumFrom"/>, at most 1,000, for so many times are remembered of each member.</value>
    public int HighFrom { get; init; } = 6;

    /// <summary>What is wrong: sentences that begin with the name of a property. None if all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        Check(Window >= WindowMin && Window <= WindowMax, nameof(Window), DurationText.Format(Window), $"{DurationText.Format(WindowMin)} to {DurationText.Format(WindowMax)}");
        Check(LowFrom >= 1, nameof(LowFrom), $"{LowFrom}", "1 or more");
        Check(MediumFrom > LowFrom, nameof(MediumFrom), $"{MediumFrom}", $"more than {nameof(LowFrom)} ({LowFrom})");
        Check(HighFrom > MediumFrom && HighFrom <= FromMax, nameof(HighFrom), $"{HighFrom}", string.Create(CultureInfo.InvariantCulture, $"more than {nameof(MediumFrom)} ({MediumFrom}), at most {FromMax:N0}"));
        return problems;

        void Check(bool isValid, string name, string value, string allowed)
        {
            if (!isValid)
            {
                problems.Add($"{name} is {value}; allowed: {allowed}.");
            }
        }
    }

    /// <summary>The level of so many signature failures.</summary>
    public ThreatLevel LevelOf(int signatureFailures) =>
        signatureFailures >= HighFrom ? ThreatLevel.High
        : signatureFailures >= MediumFrom ? ThreatLevel.Medium
        : signatureFailures >= LowFrom ? ThreatLevel.Low
        : ThreatLevel.None;
}
