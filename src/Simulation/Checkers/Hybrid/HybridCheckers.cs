using Consensus.Hybrid;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Checkers.Hybrid;

/// <summary>The checkers of the hybrid.</summary>
internal static class HybridCheckers
{
    public static IEnumerable<Checker> Of(World world)
    {
        yield return new EpochsAreExclusive(static node => node.Core is HybridCore core ? (core.Running.Descriptor.Number, core.Beginnings) : null);
        yield return new FloorsAreHeld(
            static node => node.Core is HybridCore { Floors: { } floors, Running.Descriptor: { } epoch }
                ? new FloorsOfNode(epoch.Number, epoch.Start.Index, floors.Certified, epoch.Members)
                : null,
            world.Members,
            member => !world.Observatory.IsByzantine(member));
        yield return new OrdersTakeEffectOnce(static node => (node.Core as HybridCore)?.Beginnings, ((HybridEngine)world.Engine).First);
        yield return new EndedIsKept();
        yield return new SuspicionIsSound(member => world.Observatory.IsByzantine(member), static node => (node.Core as HybridCore)?.Threat.Own);
        yield return new SignedForTheirEpoch(world.Domain.Cluster, (node, epoch) => (node.Core as HybridCore)?.Beginnings.FirstOrDefault(beginning => beginning.Next.Number == epoch)?.Next.Members ?? world.Members, world.Signatures);
    }
}
