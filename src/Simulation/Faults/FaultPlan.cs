using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>The faults of one run: which kinds of those allowed it has, and how often, is drawn from the seed (swarm testing).</summary>
internal sealed class FaultPlan
{
    private readonly List<Fault> _faults;

    private FaultPlan(List<Fault> faults) => _faults = faults;

    public IReadOnlyList<Fault> Faults => _faults;

    public static FaultPlan Draw(World world)
    {
        var allowed = world.Options.FaultsOfProtocol.Kinds.ToArray();

        // Each kind decides for itself, so that leaving one out changes nothing for the others; if none would take part, one does.
        FaultKind[] chosen = [.. allowed.Where(kind => world.RandomFor($"takes part {kind}").Chance(kind.TakesPart))];
        if (chosen.Length == 0 && allowed.Length > 0)
        {
            chosen = [world.RandomFor("takes part").Any(allowed)];
        }

        return new FaultPlan([.. FaultCatalogue.Make(world, chosen)]);
    }

    public void Begin() => _faults.ForEach(fault => fault.Begin());

    public void End() => _faults.ForEach(fault => fault.End());
}
