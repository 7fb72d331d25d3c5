using Consensus.Simulation.Histories;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Checkers;

/// <summary>The checkers of every run: those that hold for all protocols that order commands, and those of the protocol that runs.</summary>
internal static class CheckerCatalogue
{
    public static void AddTo(World world, CallHistory history)
    {
        var observatory = world.Observatory;
        world.Add(new ReplicaFailures(world.Atlas));
        world.Add(new RefusedStarts(world.Atlas));
        world.Add(new LogIsKept(observatory));
        world.Add(new NoFork(observatory));
        if (!world.Options.Protocol.OrdersBlocks)
        {
            world.Add(new CommittedImmutable(observatory));
        }

        world.Add(new Monotonic());
        world.Add(new StateOrdering(observatory));
        world.Add(new StateAgreement(observatory));
        world.Add(new SnapshotSoundness(observatory));
        world.Add(new ReadIndexSoundness(observatory));
        world.Add(new PromisesAreDurable(observatory));
        var hashes = new CommandHashes();
        world.Add(new RefusalSoundness(hashes));
        world.Add(new BoundedMemory(world.Options.Replica, world.Network.Tally, static node => node.Replica?.Load));

        // What was applied is noted before anybody compares with it.
        var applied = new AppliedHistory(world.Agenda, world.Clients, hashes);
        world.Add(applied);
        world.Add(new AppliedOrder(applied));
        world.Add(new ResultAgreement(applied));
        world.Add(new ExactlyOnce(applied));
        world.Add(new ReplyCoherence(applied));
        world.Add(new ReadCoherence(applied));
        world.Add(new RealTimeOrder());
        world.Add(new ClientOracle());
        world.Add(new Linearizability(history, applied));
        foreach (var checker in world.Options.Protocol.Checkers(world))
        {
            world.Add(checker);
        }
    }
}
