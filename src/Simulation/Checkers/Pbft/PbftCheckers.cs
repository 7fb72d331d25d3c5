using Consensus.Cryptography;
using Consensus.Pbft;
using Consensus.Simulation.Checkers.Byzantine;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Checkers.Pbft;

/// <summary>What must hold for PBFT beyond what holds for every protocol that orders commands.</summary>
internal static class PbftCheckers
{
    public static IEnumerable<Checker> Of(World world)
    {
        var (observatory, members) = (world.Observatory, world.Members);
        foreach (var checker in ByzantineCheckers.Of(world, new PbftInsight(members), CommitRule.ThreeChain))
        {
            yield return checker;
        }

        yield return new CommittedImmutable(observatory, ordersBlocks: true);
        yield return new ViewsBeginSoundly(static node => (node.Core as PbftCore)?.ViewStart, world.Domain, members, world.Signatures, observatory);
        if (world.Engine is PbftEngine pbft)
        {
            yield return new PromisesAreKept(observatory, members, pbft.Options.WindowBlocks);
            yield return new BoundedOrdering(world.Options.Replica, pbft.Options, world.Options.Nodes, static node => (node.Core as PbftCore)?.Load.Ordering);
            yield return new BoundedCore(pbft.Options, world.Options.Nodes, static node => (node.Core as PbftCore)?.Load);
        }
    }
}
