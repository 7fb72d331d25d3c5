using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>A wall clock jumps forwards or backwards, preferably the leader's, and stays there.</summary>
internal sealed class JumpFault(World world) : Fault(world, FaultKind.Jump)
{
    private const double BackRate = 0.5;
    private static readonly TimeSpan JumpMin = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan JumpMax = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(8), () =>
    {
        if (Victim() is not { } victim)
        {
            return false;
        }

        victim.Clock.Skew += NextOfAnySize(JumpMin, JumpMax) * (Random.Chance(BackRate) ? -1 : 1);
        return true;
    });
}
