using Consensus.Cryptography;
using Consensus.Pbft;
using Consensus.Pbft.Messages;
using Consensus.Simulation.Checkers.Pbft;
using Consensus.Simulation.Tests.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.Pbft;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PromisesAreKeptTests
{
    private const int Window = 16;

    private readonly CheckerBed _bed = new(observatory => new PromisesAreKept(observatory, Signed.Members, Window), Signed.Count);

    [Test]
    public void What_is_on_disk_may_be_said()
    {
        Enter(3);
        Accept(3, 7, 1);
        Prepare(3, 7, 1);
        _bed.Flush(2);
        _bed.Send(2, 1, Signed.Prepare(3, 7, 1));
        _bed.Send(2, 1, Signed.Commit(3, 7, 1));
        _bed.AssertNone();
    }

    [Test]
    public void A_prepare_whose_acceptance_is_not_on_disk_is_found()
    {
        Enter(3);
        _bed.Flush(2);
        Accept(3, 7, 1);
        _bed.Send(2, 1, Signed.Prepare(3, 7, 1));
        _bed.AssertViolation("node 2 sends a PbftPrepare of block 7 in view 3; on its disk is nothing there");
    }

    [Test]
    public void A_commit_whose_proof_is_of_an_earlier_view_is_found()
    {
        Enter(3);
        Prepare(2, 7, 1);
        _bed.Flush(2);
        _bed.Send(2, 1, Signed.Commit(3, 7, 1));
        _bed.AssertViolation("node 2 sends a PbftCommit of block 7 in view 3; on its disk is block 7 of view 2");
    }

    [Test]
    public void A_prepare_of_another_block_than_the_one_on_disk_is_found()
    {
        Enter(3);
        Accept(3, 7, 2);
        _bed.Flush(2);
        _bed.Send(2, 1, Signed.Prepare(3, 7, 1));
        _bed.AssertViolation("node 2 sends a PbftPrepare of block 7 in view 3 for");
    }

    [Test]
    public void A_vote_may_leave_when_its_number_was_accepted_in_a_later_view_or_the_window_has_moved_on([Values] bool hasMoved)
    {
        Enter(4);
        Accept(hasMoved ? 3ul : 4, hasMoved ? 7ul + Window : 7, 2);
        _bed.Flush(2);
        _bed.Send(2, 1, Signed.Prepare(3, 7, 1));
        _bed.AssertNone();
    }

    [Test]
    public void Who_speaks_in_a_view_that_is_not_on_disk_is_found()
    {
        Enter(3, isActive: false);
        _bed.Flush(2);
        _bed.Send(2, 1, new ViewChange(default, new NodeId(2), new ViewNumber(3), Consensus.Byzantine.StableProof.Origin, [], default));
        _bed.AssertNone();
        _bed.Send(4, 1, new NewView(default, new ViewNumber(3), [], [], default));
        _bed.AssertViolation("node 4 sends a NewView of view 3; on its disk is none");
    }

    [Test]
    public void Who_begins_a_view_that_has_not_begun_on_its_disk_is_found()
    {
        Enter(5, isActive: false);
        _bed.Flush(2);
        _bed.Send(2, 1, new NewView(default, new ViewNumber(5), [], [], default));
        _bed.AssertViolation("node 2 sends a NewView of view 5; on its disk is view 5, which has not begun");
    }

    [Test]
    public void A_view_that_goes_back_on_disk_is_found_across_lives()
    {
        Enter(3);
        _bed.Flush(2);
        _bed.Start(2, CheckerBed.Recovered());
        _bed.AssertViolation("node 2 starts without a view on its disk, and had view 3 there");
    }

    private void Enter(ulong view, bool isActive = true) => Save(PbftSlots.View, PbftSlots.ViewValue(new ViewNumber(view), isActive, default));

    private void Accept(ulong view, ulong number, byte content) =>
        Save(PbftSlots.Accepted(new SequenceNumber(number), Window), PbftSlots.AcceptedValue(new SequenceNumber(number), new ViewNumber(view), CheckerBed.Hash(content), default));

    private void Prepare(ulong view, ulong number, byte content)
    {
        uint[] signers = [.. new uint[] { 1, 2, 3, 4 }.Where(member => member != (view % 4) + 1).Take(2)];
        Save(PbftSlots.Prepared(new SequenceNumber(number), Window), PbftSlots.PreparedValue(new PreparedProof(default, Signed.Certificate(StatementKind.PbftPrepare, view, number, content, signers))));
    }

    private void Save(ulong slot, byte[] value) => _bed.Turn(2, ReplicaRole.Follower, 1, 0, effects => effects.Save(slot, value));
}
