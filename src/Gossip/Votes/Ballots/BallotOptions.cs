using System.Globalization;

namespace Consensus.Gossip;

/// <summary>How a node takes part in ballots. The same at all nodes. The defaults are for one data centre.</summary>
public sealed record BallotOptions
{
    /// <summary>How long a round is: longer than a message to anybody and its answer take. A node that has a quorum waits for so many of them as a vote needs to get to everybody (<see cref="VoteQuorum.SettleRounds"/>) before it decides.</summary>
    /// <value>100 ms; 1 ms to 1 min.</value>
    public TimeSpan RoundTime { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>With how many others a node compares votes in a round.</summary>
    /// <value>3; 1 to 16.</value>
    public int Fanout { get; init; } = 3;

    /// <summary>How many ballots a node knows at once.</summary>
    /// <value>64; 1 to 4,096.</value>
    public int BallotsMax { get; init; } = 64;

    /// <summary>How many of them one maker's may be.</summary>
    /// <value>16; 1 to 4,096, no more than <see cref="BallotsMax"/>.</value>
    public int BallotsMaxEach { get; init; } = 16;

    /// <summary>For how long a ballot may be open.</summary>
    /// <value>1 h; 1 s to 7 days.</value>
    public TimeSpan OpenTimeMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How far a maker's clock may be ahead.</summary>
    /// <value>30 s; 0 s to 1 h.</value>
    public TimeSpan AheadMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For how long a node answers others, and its application, after a ballot's time is over.</summary>
    /// <value>1 min; 0 s to 1 day.</value>
    public TimeSpan KeptAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Checks every setting.</summary>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        CheckTime(nameof(RoundTime), RoundTime, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        CheckNumber(nameof(Fanout), Fanout, 1, 16);
        CheckNumber(nameof(BallotsMax), BallotsMax, 1, 4_096);
        CheckNumber(nameof(BallotsMaxEach), BallotsMaxEach, 1, BallotsMax);
        CheckTime(nameof(OpenTimeMax), OpenTimeMax, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7));
        CheckTime(nameof(AheadMax), AheadMax, TimeSpan.Zero, TimeSpan.FromHours(1));
        CheckTime(nameof(KeptAfter), KeptAfter, TimeSpan.Zero, TimeSpan.FromDays(1));
        return problems;

        void CheckTime(string name, TimeSpan value, TimeSpan least, TimeSpan most) => Check(value >= least && value <= most, name, $"{value}", $"{least} to {most}");
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
