using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>Wall clocks are wrong, by a millisecond or by a day: that of one machine for a while, and in some runs those of all from the beginning.</summary>
internal sealed class SkewFault(World world) : Fault(world, FaultKind.Skew)
{
    private const double AllRate = 0.5;
    private const double SlowRate = 0.5;
    private static readonly TimeSpan ErrorMin = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan ErrorMax = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public override void Begin()
    {
        if (Random.Chance(AllRate))
        {
            foreach (var node in World.Nodes)
            {
                CountStrike();
                node.Clock.Skew += NextError();
            }
        }

        Alternate(FaultWindows.Elections, () =>
        {
            // What is added is taken away again, whatever other faults do to the same clock.
            var clock = Random.Any(World.Nodes).Clock;
            var error = NextError();
            clock.Skew += error;
            return () => clock.Skew -= error;
        });
    }

    private TimeSpan NextError() => NextOfAnySize(ErrorMin, ErrorMax) * (Random.Chance(SlowRate) ? -1 : 1);
}
