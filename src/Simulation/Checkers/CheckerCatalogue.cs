using Consensus.Simulation.Histories;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Checkers;

/// <summary>The checkers of every run.</summary>
internal static class CheckerCatalogue
{
    public static void AddTo(World world, CallHistory history)
    {
        world.Add(new ReplicaFailures());

        // What was applied is noted before anybody compares with it.
        var applied = new AppliedHistory(world.Agenda);
        world.Add(applied);
        world.Add(new AppliedOrder(applied));
        world.Add(new ResultAgreement(applied));
        world.Add(new ExactlyOnce(applied));
        world.Add(new ReplyCoherence(applied));
        world.Add(new ReadCoherence(applied));
        world.Add(new RealTimeOrder());
        world.Add(new ClientOracle());
        world.Add(new Linearizability(history));
    }
}
