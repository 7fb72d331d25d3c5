using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>
/// Honest replicas turn Byzantine, one after the other, for as long as there may be one more: some at the very beginning, the leader preferably. They stay so, also
/// when the others are healed.
/// </summary>
/// <param name="world">What it happens to.</param>
/// <param name="kind">What kind it is.</param>
/// <param name="create">Makes who acts in the name of one of them.</param>
internal sealed class AdversaryFault(World world, FaultKind kind, Func<IAdversary> create) : Fault(world, kind)
{
    private const double AtOnceRate = 0.3;

    /// <inheritdoc/>
    public override void Begin()
    {
        if (Random.Chance(AtOnceRate) && Corrupt())
        {
            CountStrike();
        }

        Repeat(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(8), Corrupt);
    }

    private bool Corrupt()
    {
        if (Victim(World.Atlas.MayCorrupt) is not { } victim)
        {
            return false;
        }

        World.Corrupt(victim, create());
        return true;
    }
}
