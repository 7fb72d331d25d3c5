using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Hybrid;
using Consensus.Hybrid.Messages;
using Consensus.Pbft.Messages;
using Consensus.Simulation.Checkers.Hybrid;
using Consensus.Simulation.Observation;
using Consensus.Simulation.Tests.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.Hybrid;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SignedForTheirEpochTests
{
    private static readonly EpochDescriptor First = EpochDescriptor.First(default, EpochProtocol.Pbft, Signed.Members, []);
    private static readonly EpochDescriptor Second = First.Next(EpochProtocol.Pbft, default, default);

    // In view 3 of epoch 0 node 4 is the primary, in view 3 of this one node 1.
    private static readonly SignerSet Later = SignerSet.Create(Signed.Members.Members.Take(3));

    private readonly SignatureRecord _signatures = new();
    private readonly CheckerBed _bed;

    public SignedForTheirEpochTests() => _bed = new CheckerBed(_ => new SignedForTheirEpoch(default, (_, epoch) => epoch == Epoch.Zero ? Signed.Members : Later, _signatures), Signed.Count);

    [Test]
    public void What_is_signed_for_the_epoch_in_which_it_is_said_is_right()
    {
        SignPrepare(First);
        SignPrepare(Second);
        SayPrepare(First);
        SayPrepare(Second);
        _bed.AssertNone();
    }

    [Test]
    public void What_was_signed_for_another_epoch_is_found()
    {
        SignPrepare(First);
        SayPrepare(Second);
        _bed.AssertViolation("node 1 says the PbftPrepare", "in epoch 1, and has not signed it for that one");
    }

    [Test]
    public void So_is_the_end_of_another_epoch()
    {
        var content = new HandoverContent(Second, default);
        new Statement(Second.Domain, StatementKind.Handover, default, content.Place, content.Hash).Sign(_signatures.Watch(new NodeId(1), Signed.Signer(1)));
        _bed.Send(1, 2, new HandoverVote(default, First.Tag, content, default));
        _bed.AssertViolation("node 1 says the Handover", "in epoch 0, and has not signed it for that one");
    }

    [Test]
    public void Whose_word_a_message_is_follows_from_the_members_of_its_own_epoch()
    {
        var passedOn = new PrePrepare(new ViewNumber(3), new SequenceNumber(4), new Block(default, []), default);
        _bed.Send(1, 2, new EpochMessage(First.Tag, passedOn));
        _bed.AssertNone();
        _bed.Send(1, 2, new EpochMessage(Second.Tag, passedOn));
        _bed.AssertViolation("node 1 says the PbftPrePrepare", "in epoch 1, and has not signed it for that one");
    }

    private void SignPrepare(EpochDescriptor epoch) =>
        new Statement(epoch.Domain, StatementKind.PbftPrepare, new ViewNumber(3), new SequenceNumber(4), CheckerBed.Hash(5)).Sign(_signatures.Watch(new NodeId(1), Signed.Signer(1)));

    private void SayPrepare(EpochDescriptor epoch) => _bed.Send(1, 2, new EpochPromise(epoch.Tag, Signed.Prepare(3, 4, 5)));
}
