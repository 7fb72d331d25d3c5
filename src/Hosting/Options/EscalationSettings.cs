using System.ComponentModel.DataAnnotations;
using Consensus.Configuration;
using Consensus.Hybrid;

namespace Consensus.Hosting;

/// <summary>When a hybrid may go back to Raft, as it stands in JSON; <see cref="EscalationOptions"/> explains it. Nothing here holds up an escalation.</summary>
public sealed class EscalationSettings
{
    private static readonly EscalationOptions Defaults = new();

    /// <inheritdoc cref="EscalationOptions.MinimumStay"/>
    /// <value>10 min; 0 to 30 d. The same on all members.</value>
    [DurationRange("0s", "30d")]
    public TimeSpan MinimumStay { get; set; } = Defaults.MinimumStay;

    /// <inheritdoc cref="EscalationOptions.QuietPeriod"/>
    /// <value>30 min; 0 to 30 d. The same on all members.</value>
    [DurationRange("0s", "30d")]
    public TimeSpan QuietPeriod { get; set; } = Defaults.QuietPeriod;

    /// <inheritdoc cref="EscalationOptions.SwitchesPerHourMax"/>
    /// <value>4; 2 to 60, for who goes back must be able to escalate again. The same on all members.</value>
    [Range(2, 60)]
    public int SwitchesPerHourMax { get; set; } = Defaults.SwitchesPerHourMax;

    internal EscalationOptions ToOptions() => new() { MinimumStay = MinimumStay, QuietPeriod = QuietPeriod, SwitchesPerHourMax = SwitchesPerHourMax };
}
