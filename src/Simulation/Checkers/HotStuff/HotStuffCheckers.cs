using Consensus.Cryptography;
using Consensus.HotStuff;
using Consensus.Simulation.Checkers.Byzantine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Checkers.HotStuff;

/// <summary>What must hold for HotStuff beyond what holds for every protocol that orders commands.</summary>
internal static class HotStuffCheckers
{
    public static IEnumerable<Checker> Of(World world)
    {
        var (observatory, members) = (world.Observatory, world.Members);
        var rule = world.Engine is HotStuffEngine { Options.Rules: HotStuffRuleSet.TwoChain } ? CommitRule.TwoChain : CommitRule.ThreeChain;
        foreach (var checker in ByzantineCheckers.Of(world, new HotStuffInsight(), rule))
        {
            yield return checker;
        }

        yield return new TermsBeginSoundly(static node => (node.Core as HotStuffCore)?.State.Timeouts, world.Domain, members, world.Signatures, observatory);
        if (world.Engine is HotStuffEngine { Options: var options })
        {
            yield return new PromisesAreKept(members, options.TermViews);
            yield return new ChainRulesAreKept(options.Rules, SightOf);
            yield return new VotedNodesStay(members, SightOf);
            yield return new BoundedOrdering(world.Options.Replica, options, world.Options.Nodes, static node => (node.Core as HotStuffCore)?.Load.Ordering);
            yield return new BoundedCore(options, world.Options.Nodes, static node => (node.Core as HotStuffCore)?.Load);
        }
    }

    private static ChainSight? SightOf(SimulatedNode node) => node.Core is HotStuffCore core ? ChainSight.Of(core) : null;
}
