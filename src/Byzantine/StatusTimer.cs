using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>When a replica tells the others next where it is: soon while it lacks something or they may, seldom else.</summary>
internal sealed class StatusTimer(OrderingState state)
{
    private const int IdleFactor = 5;

    public Ticks Deadline { get; private set; } = state.Now;

    public bool IsDue => state.Now >= Deadline;

    /// <summary>The others are told now.</summary>
    /// <param name="isBusy">Whether they are to be told again soon.</param>
    public void Restart(bool isBusy) => Deadline = state.Now + (isBusy ? state.Options.StatusInterval : state.Options.StatusInterval * IdleFactor);

    /// <summary>They are to be told soon.</summary>
    public void Hasten() => Deadline = Ticks.Min(Deadline, state.Now + state.Options.StatusInterval);
}
