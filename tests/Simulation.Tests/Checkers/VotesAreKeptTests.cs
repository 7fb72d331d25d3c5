using Consensus.Raft;
using Consensus.Simulation.Checkers.Raft;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class VotesAreKeptTests
{
    private readonly CheckerBed _bed = new(_ => new VotesAreKept());

    [Test]
    public void A_vote_that_changes_is_found()
    {
        Save(1, 4, 2);
        Save(1, 4, 3);
        _bed.Flush(1);
        _bed.AssertViolation("node 1 has its vote in term 4 on disk changed from node 2 to node 3");
    }

    [Test]
    public void A_vote_that_a_restart_forgets_is_found()
    {
        Save(1, 4, 2);
        _bed.Flush(1);
        _bed.Start(1, CheckerBed.Recovered(1, slot: new HardState(new Term(4), NodeId.None).ToBytes()));
        _bed.AssertViolation("node 1 starts", "term 4", "from node 2 to nobody");
    }

    [Test]
    public void A_term_that_goes_back_is_found()
    {
        Save(1, 4, 2);
        _bed.Flush(1);
        _bed.Start(1, CheckerBed.Recovered(1, slot: new HardState(new Term(3), NodeId.None).ToBytes()));
        _bed.AssertViolation("node 1 starts", "from term 4 to 3");
    }

    [Test]
    public void A_vote_that_was_not_on_disk_may_be_forgotten()
    {
        Save(1, 4, 2);
        _bed.Flush(1);
        Save(1, 5, 3);
        _bed.Start(1, CheckerBed.Recovered(1, slot: new HardState(new Term(4), new NodeId(2)).ToBytes()));
        Save(1, 5, 1);
        _bed.Flush(1);
        _bed.AssertNone();
    }

    private void Save(ulong node, ulong term, uint vote) =>
        _bed.Turn(node, ReplicaRole.Follower, term, 0, effects => effects.Save(HardState.Slot, new HardState(new Term(term), new NodeId(vote)).ToBytes()));
}
