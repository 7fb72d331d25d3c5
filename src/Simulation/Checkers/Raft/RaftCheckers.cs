using Consensus.Raft;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Checkers.Raft;

/// <summary>What must hold for Raft beyond what holds for every protocol that orders commands.</summary>
internal static class RaftCheckers
{
    public static IEnumerable<Checker> Of(World world)
    {
        var observatory = world.Observatory;
        var votes = new VotesAreKept();
        yield return new ElectionSafety();
        yield return votes;
        yield return new LeaderAppendOnly();
        yield return new LogMatching();
        yield return new ConfigurationFollowsLog();
        yield return new OneChangeAtATime();
        yield return new LeaderCompleteness(observatory);
        yield return new CommittedOnQuorum(observatory);
        yield return new HonestNeverEquivocates(observatory, votes);
        if (world.Engine is RaftEngine raft)
        {
            yield return new BoundedCore(world.Options.Replica, raft.Options, static node => (node.Core as RaftCore)?.Load);
        }
    }
}
