using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Pbft.Messages;
using Consensus.Simulation.Checkers.Pbft;
using Consensus.Simulation.Observation;
using Consensus.Simulation.Tests.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.Pbft;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ViewsBeginSoundlyTests
{
    private readonly SignatureRecord _signatures = new();
    private readonly CheckerBed _bed;
    private NewView? _start;

    public ViewsBeginSoundlyTests() =>
        _bed = new CheckerBed(observatory => new ViewsBeginSoundly(_ => _start, Signed.Domain, Signed.Members, _signatures, observatory), Signed.Count);

    [Test]
    public void What_was_prepared_last_begins_a_view_and_nothing_fills_the_gaps()
    {
        Begin([Change(1, Prepared(2, 7, 1)), Change(2, Prepared(3, 7, 2)), Change(3, Prepared(1, 5, 3))], (5, 3), (6, 0), (7, 2));
        _bed.AssertNone();
    }

    [Test]
    public void A_block_that_was_prepared_and_is_left_out_is_found()
    {
        Begin([Change(1, Prepared(2, 5, 1)), Change(2), Change(3)], (5, 0));
        _bed.AssertViolation("node 1 is in view 9, and block 5 in it is", "was prepared in view 2 as 5");
    }

    [Test]
    public void A_block_of_an_earlier_view_than_the_last_is_found()
    {
        Begin([Change(1, Prepared(2, 5, 1)), Change(2, Prepared(3, 5, 2)), Change(3)], (5, 1));
        _bed.AssertViolation("was prepared in view 3 as 5");
    }

    [Test]
    public void Blocks_that_nobody_has_prepared_are_found()
    {
        Begin([Change(1), Change(2), Change(3)], (5, 1));
        _bed.AssertViolation("it begins with 1 blocks; those after 4 up to 4 were prepared");
    }

    [Test]
    public void One_member_that_counts_twice_is_found()
    {
        Begin([Change(1), Change(1), Change(3)]);
        _bed.AssertViolation("nodes 1, 3 have gone there; 3 are needed");
    }

    [Test]
    public void A_view_change_that_an_honest_member_has_never_signed_is_found()
    {
        var changes = new[] { Change(1), Change(2), Change(3) };
        Begin([changes[0], changes[1], changes[2] with { Prepared = [Prepared(3, 5, 2)] }], (5, 2));
        _bed.AssertViolation("node 3, which is honest, has never signed the view change");
    }

    private void Begin(ViewChange[] changes, params (ulong Number, byte Content)[] blocks)
    {
        Reissue[] reissues = [.. blocks.Select(block => new Reissue(new SequenceNumber(block.Number), block.Content == 0 ? Block.Null.Digest : CheckerBed.Hash(block.Content), default))];
        _start = new NewView(default, new ViewNumber(9), changes, reissues, default);
        _bed.Follow(1, 9);
    }

    private ViewChange Change(uint replica, params PreparedProof[] prepared)
    {
        var stable = new StableProof(new CheckpointContent(new SequenceNumber(4), default, default, default), null);
        var change = new ViewChange(default, new NodeId(replica), new ViewNumber(9), stable, prepared, default);
        new Statement(Signed.Domain, StatementKind.PbftViewChange, change.View, SequenceNumber.Zero, change.ComputeDigest()).Sign(_signatures.Watch(change.Replica, Signed.Signer(replica)));
        return change;
    }

    private static PreparedProof Prepared(ulong view, ulong number, byte content) => new(default, Signed.Certificate(StatementKind.PbftPrepare, view, number, content, 1, 2));
}
