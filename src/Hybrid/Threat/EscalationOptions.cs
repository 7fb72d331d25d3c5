namespace Consensus.Hybrid;

/// <summary>When a group may go back to Raft. The same on all members.</summary>
public sealed record EscalationOptions
{
    private static readonly TimeSpan LongTime = TimeSpan.FromDays(30);

    /// <summary>How long an engine for Byzantine faults runs at least.</summary>
    /// <value>10 min; 0 to 30 d.</value>
    public TimeSpan MinimumStay { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For how long the level must have been low at most before the group may go back.</summary>
    /// <value>30 min; 0 to 30 d.</value>
    public TimeSpan QuietPeriod { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How many switches there may be within an hour, both ways. Nothing holds up an escalation: what is held up is the return after which it would be one too many.</summary>
    /// <value>4; 2 to 60.</value>
    public int SwitchesPerHourMax { get; init; } = 4;

    /// <summary>Whether an operator has to approve of each return: what the group's rules say (<see cref="EpochRules.ReturnsAlone"/>). Where a member was proven faulty, an operator has to in any case.</summary>
    internal bool ApprovalRequired { get; init; } = true;

    /// <summary>What is wrong: sentences that begin with the name of a property. None if all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        Check(nameof(MinimumStay), MinimumStay, TimeSpan.Zero, LongTime);
        Check(nameof(QuietPeriod), QuietPeriod, TimeSpan.Zero, LongTime);
        if (SwitchesPerHourMax is < 2 or > 60)
        {
            problems.Add($"{nameof(SwitchesPerHourMax)} is {SwitchesPerHourMax}; allowed: 2 to 60, for who goes back must be able to escalate again.");
        }

        return problems;

        void Check(string name, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                problems.Add($"{name} is {DurationText.Format(value)}; allowed: {DurationText.Format(least)} to {DurationText.Format(most)}.");
            }
        }
    }
}
