using Consensus.Byzantine;
using Consensus.Pbft.Messages;
using Consensus.Simulation.Checkers.Byzantine;
using Consensus.Simulation.Checkers.Pbft;

namespace Consensus.Simulation.Tests.Checkers.Byzantine;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HonestNeverEquivocatesTests
{
    private readonly CheckerBed _bed = new(_ => new HonestNeverEquivocates(new PbftInsight(Signed.Members)), Signed.Count);

    [Test]
    public void Two_prepares_for_one_number_and_view_are_found_across_lives()
    {
        _bed.Send(2, 1, Signed.Prepare(3, 7, 1));
        _bed.End(2);
        _bed.Start(2, CheckerBed.Recovered());
        _bed.Send(2, 3, Signed.Prepare(3, 7, 2));
        _bed.AssertViolation("node 2 tells node 3 the PbftPrepare", "as 7 in view 3", "before");
    }

    [Test]
    public void A_pre_prepare_that_contradicts_the_start_of_its_view_is_found()
    {
        _bed.Send(1, 2, new NewView(default, new ViewNumber(4), [], [new Reissue(new SequenceNumber(7), CheckerBed.Hash(1), default)], default));
        _bed.Send(1, 2, new PrePrepare(new ViewNumber(4), new SequenceNumber(7), Block.Null, default));
        _bed.AssertViolation("node 1 tells node 2 the PbftPrePrepare", "as 7 in view 4");
    }

    [Test]
    public void Two_states_at_one_checkpoint_are_found()
    {
        var content = new CheckpointContent(new SequenceNumber(8), default, default, CheckerBed.Hash(1));
        _bed.Send(2, 1, new CheckpointVote(content, default));
        _bed.Send(2, 3, new CheckpointVote(content with { StateHash = CheckerBed.Hash(2) }, default));
        _bed.AssertViolation("node 2 tells node 3 the Checkpoint");
    }

    [Test]
    public void What_is_said_again_in_other_views_by_others_or_of_another_kind_contradicts_nothing()
    {
        _bed.Send(2, 1, Signed.Prepare(3, 7, 1));
        _bed.Send(2, 3, Signed.Prepare(3, 7, 1));
        _bed.Send(2, 3, Signed.Prepare(4, 7, 2));
        _bed.Send(2, 3, Signed.Commit(3, 7, 2));
        _bed.Send(3, 1, Signed.Prepare(3, 7, 2));
        _bed.Send(2, 1, new NewView(default, new ViewNumber(3), [], [new Reissue(new SequenceNumber(7), CheckerBed.Hash(2), default)], default));
        _bed.AssertNone();
    }

    [Test]
    public void A_Byzantine_replica_may_say_anything()
    {
        _bed.World.TurnByzantine(_bed.World.Find(new NodeId(2)));
        _bed.Send(2, 1, Signed.Prepare(3, 7, 1));
        _bed.Send(2, 3, Signed.Prepare(3, 7, 2));
        _bed.AssertNone();
    }
}
