using Consensus.Hybrid;

namespace Consensus.Cli.Demo;

/// <summary>
/// When the demo of a hybrid does what: a third of the time nobody lies; then a node does, until it has convicted itself; soon after that an operator wants to go back, and is not let, and again as often as it takes.
/// </summary>
/// <param name="duration">How long the demo lasts.</param>
internal sealed class ThreatPlan(TimeSpan duration)
{
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(1);

    /// <summary>When a node begins to sign badly.</summary>
    public TimeSpan SignsBadly => duration * 0.35;

    /// <summary>When it says two things, where one is true.</summary>
    public TimeSpan SaysTwoThings => duration * 0.45;

    /// <summary>When it is honest again, and the operator first orders the return.</summary>
    public TimeSpan Returns => duration * 0.5;

    /// <summary>How observations become levels: everything is forgotten sooner than in a deployment.</summary>
    public ThreatOptions Threat => new() { Window = Longer(duration * 0.1, ShortestWindow) };

    /// <summary>When the group may go back: sooner, too.</summary>
    public EscalationOptions Escalation => new() { MinimumStay = duration * 0.1, QuietPeriod = duration * 0.05 };

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
