using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Faults;

/// <summary>A state machine takes long for each of its turns, so that much waits between the log and the state.</summary>
internal sealed class SlowApplyFault(World world) : Fault(world, FaultKind.SlowApply)
{
    private static readonly TimeSpan DelayMin = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan DelayMax = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public override void Begin() => Alternate(FaultWindows.Elections, () =>
    {
        if (Victim() is not { } victim)
        {
            return null;
        }

        victim.ApplyDelay = NextOfAnySize(DelayMin, DelayMax);
        return () => victim.ApplyDelay = TimeSpan.Zero;
    });
}
