using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>
/// A machine crashes at one of its next effects, with what was not flushed lost, kept or torn, and comes back after a while. Every other
/// strike waits for a moment at which much is at stake, and comes a few effects after it; some machines crash again while they recover.
/// </summary>
internal sealed class CrashFault(World world) : Fault(world, FaultKind.Crash)
{
    private const ulong EffectsMax = 200;
    private const ulong EffectsAfterMomentMax = 12;
    private const double AmbushRate = 0.5;
    private const double AgainRate = 0.2;
    private static readonly TimeSpan DownTimeMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DownTimeMax = TimeSpan.FromSeconds(4);
    private static readonly Moment[] Moments = [Moment.Standing, Moment.Elected, Moment.MembersChanged, Moment.Restored];

    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), () =>
    {
        if (Random.Chance(AmbushRate) && Ambush(Random.Any(Moments), node => Crash(node, EffectsAfterMomentMax)))
        {
            return false;
        }

        if (Victim() is not { } victim)
        {
            return false;
        }

        Crash(victim, EffectsMax);
        return true;
    });

    private void Crash(SimulatedNode node, ulong effectsMax)
    {
        node.CrashAfter((long)Random.NextBelow(effectsMax), DiskLosses.Next(Random));
        if (Random.Chance(AgainRate))
        {
            Ambush(Moment.Starting, starting => Crash(starting, EffectsMax));
        }

        StartLater(node, NextOfAnySize(DownTimeMin, DownTimeMax));
    }
}
