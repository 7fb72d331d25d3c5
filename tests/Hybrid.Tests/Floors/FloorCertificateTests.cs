using Consensus.Hybrid.Tests.Epochs;

namespace Consensus.Hybrid.Tests.Floors;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FloorCertificateTests
{
    private readonly FloorBench _bench = new();

    [Test]
    public void What_a_quorum_has_signed_is_a_floor_and_is_read_as_it_was_written()
    {
        var floor = _bench.Certify(_bench.ContentAt(5), 10, 20, 40);

        var read = Read(floor.ToBytes());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(floor.DefectIn(_bench.Known), Is.Null);
            Assert.That(read.Content, Is.EqualTo(floor.Content));
            Assert.That(read.DefectIn(_bench.Known), Is.Null);
            Assert.That(read.ToBytes(), Is.EqualTo(floor.ToBytes()));
        }
    }

    [Test]
    public void Fewer_signers_and_forged_signatures_make_none()
    {
        var real = _bench.Certify(_bench.ContentAt(5), 10, 20, 30);
        var signatures = real.Signatures.Signatures;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_bench.Certify(_bench.ContentAt(5), 10, 20).DefectIn(_bench.Known), Is.Not.Null);
            Assert.That(_bench.Certify(_bench.ContentAt(5), 10, 20, 50).DefectIn(_bench.Known), Is.Not.Null, "50 is no member");
            Assert.That(Forged(new MemberSignature(new NodeId(30), signatures[1].Signature)).DefectIn(_bench.Known), Is.Not.Null);
        }

        FloorCertificate Forged(MemberSignature third) => real with { Signatures = new QuorumCertificate(real.Signatures.Statement, [signatures[0], signatures[1], third]) };
    }

    [Test]
    public void What_was_signed_of_another_place_or_state_is_no_floor_here()
    {
        var real = _bench.Certify(_bench.ContentAt(5));
        foreach (var content in new[] { _bench.ContentAt(6), _bench.ContentAt(5, state: 2), FloorBench.ForeignAt(5), _bench.ContentAt(5) with { Position = _bench.ContentAt(5).Position with { Term = new Term(2) } } })
        {
            Assert.That((real with { Content = content }).DefectIn(_bench.Known), Is.EqualTo("The signatures are for something else."));
        }
    }

    // Pitfall S9.
    [Test]
    public void What_was_signed_in_another_epoch_is_no_floor_here()
    {
        var group = new Group();
        var next = Group.Ending(group.First, EpochProtocol.Raft).Next;
        var other = group.Know(next);
        var content = _bench.ContentAt(5);
        var floor = new FloorCertificate(content, group.Keys.Certify(other.Say(content), 10, 20, 30));

        Assert.That(floor.DefectIn(other), Is.Null);
        Assert.That(floor.DefectIn(group.Know(group.First)), Is.EqualTo("The signatures are for something else."));
    }

    [Test]
    public void Bytes_that_are_no_floor_are_refused()
    {
        var bytes = _bench.Certify(_bench.ContentAt(5)).ToBytes();

        Assert.That(() => Read(bytes[..^1]), Throws.InstanceOf<ConsensusException>().Or.InstanceOf<MessageFormatException>());
        Assert.That(() => Read([1, 2, 3]), Throws.InstanceOf<ConsensusException>().Or.InstanceOf<MessageFormatException>());
    }

    private FloorCertificate Read(byte[] bytes) => EpochSlots.ReadFloor(bytes, _bench.Known.Descriptor.Members);
}
