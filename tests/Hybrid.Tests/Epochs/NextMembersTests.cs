using Consensus.Byzantine.Tests;
using Consensus.Cryptography.Tests;
using Consensus.Hybrid.Messages;
using Consensus.Serialization;

namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>Requirements D8 and E5: an operator's order that lists the members of the next epoch.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NextMembersTests
{
    private readonly Group _group = new();

    [Test]
    public void One_may_come_and_one_may_go()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Defect(10, 20, 30, 40, 50), Is.Null, "one comes");
            Assert.That(Defect(10, 20, 30, 50), Is.Null, "one in another's place");
            Assert.That(Defect(10, 20, 30, 40), Is.Null, "the same");
            Assert.That(Defect(10, 20, 30, 40, 50, 60), Is.Null, "two come: f stays the same");
        }
    }

    // Those that come get the state from those that stay, of whom f of the next epoch may lie.
    [TestCase(new uint[] { 10, 20, 50, 60 }, "Of the 4 members that are to follow 2 belong to epoch 0; at least 3 must*Change fewer at once.")]
    [TestCase(new uint[] { 10, 20, 30, 40, 50, 60, 70 }, "Of the 7 members that are to follow 4 belong to epoch 0; at least 5 must*")]
    [TestCase(new uint[] { 10, 20, 30 }, "*at least 4 members are needed; 3 are listed.")]
    [TestCase(new uint[] { }, "*at least 4 members are needed; 0 are listed.")]
    [TestCase(new uint[] { 10, 20, 30, 40, 40 }, "Nodes 40, 40 have the same address node-40; each needs its own.")]
    [TestCase(new uint[] { 10, 20, 30, 40, 0 }, "*A member has the id 0*")]
    public void Too_many_at_once_too_few_or_one_twice_are_refused(uint[] members, string defect) =>
        Assert.That(Defect(members), Does.Match(Pattern(defect)));

    [Test]
    public void Addresses_keys_and_ids_are_each_one_s_own()
    {
        var listed = List(10, 20, 30, 40).ToArray();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Defect([.. listed[..3], listed[3] with { Address = "" }]), Is.EqualTo("The address of node 40 has 0 characters; allowed: 1 to 255."));
            Assert.That(Defect([.. listed[..3], listed[3] with { Address = new string('a', 256) }]), Is.EqualTo("The address of node 40 has 256 characters; allowed: 1 to 255."));
            Assert.That(Defect([.. listed[..3], listed[3] with { Address = new string('a', 255) }]), Is.Null);
            Assert.That(Defect([.. listed[..3], listed[3] with { Key = _group.Keys.Signer(50).PublicKey }]), Is.EqualTo("Node 40 belongs to epoch 0 with another key; a new key needs a new id."));
            Assert.That(Defect([.. listed, Member(50) with { Key = _group.Operator.PublicKey }]), Is.EqualTo("The key of node 50 is an operator's; whoever orders must be no member."));
            Assert.That(Defect([.. listed, Member(50) with { Key = listed[0].Key }]), Does.Contain("Nodes 10, 50 have the same public key"));
            Assert.That(Defect([.. listed, Member(50) with { Address = "node-10" }]), Is.EqualTo("Nodes 10, 50 have the same address node-10; each needs its own."));
        }
    }

    [Test]
    public void An_order_for_other_members_is_an_operator_s_and_signed_with_them()
    {
        var order = SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Pbft) { Members = NextMembers.Of(List(10, 20, 30, 50)) }, _group.Operator);
        var rules = EpochDescriptor.First(Group.Cluster, EpochProtocol.Raft, _group.Members, [_group.Operator.PublicKey], new EpochRules { EscalatesForCommands = true });
        var member = _group.Keys.Signer(10);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(SealOrder.TryRead(order.ToBytes()), Is.EqualTo(order));
            Assert.That(order.DefectIn(_group.First, _group.Keys), Is.Null);
            Assert.That((order with { Next = order.Next with { Members = NextMembers.Of(List(10, 20, 40, 50)) } }).DefectIn(_group.First, _group.Keys), Does.EndWith("did not sign it."));
            Assert.That((order with { Next = order.Next with { Members = null } }).DefectIn(_group.First, _group.Keys), Does.EndWith("did not sign it."));
            Assert.That(SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Pbft) { Members = NextMembers.Of(List(10, 20, 50, 60)) }, _group.Operator).DefectIn(_group.First, _group.Keys), Does.Contain("Change fewer at once."));
            Assert.That(SealOrder.Give(rules, new NextEpoch(EpochProtocol.Pbft), member).DefectIn(rules, _group.Keys), Is.Null, "a member's word is enough to escalate");
            Assert.That(SealOrder.Give(rules, new NextEpoch(EpochProtocol.Pbft) { Members = NextMembers.Of(List(10, 20, 30, 50)) }, member).DefectIn(rules, _group.Keys), Does.Contain("is none of the 1 keys"), "and not for that");
        }
    }

    [Test]
    public void The_next_epoch_has_them_and_those_behind_it_until_others_are_listed()
    {
        var members = NextMembers.Of(List(50, 30, 20, 10));
        var next = Follow(_group.First, members);
        var after = next.Next(EpochProtocol.HotStuff, Group.Position(20), default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(next.Members.Members.Select(member => member.Id.Value), Is.EqualTo(new[] { 10, 20, 30, 50 }));
            Assert.That(next.Listed, Is.EqualTo(members));
            Assert.That(after.Listed, Is.EqualTo(members));
            Assert.That(after.Members.Hash, Is.EqualTo(next.Members.Hash));
            Assert.That(next.Id, Is.Not.EqualTo(Follow(_group.First, null).Id));
            Assert.That(EpochEntry.ReadMembership(next.ToEntry()), Is.EqualTo(members.ToMembership()));
            Assert.That(EpochEntry.ReadMembership(Follow(_group.First, null).ToEntry()), Is.Null);
        }
    }

    [Test]
    public void A_certificate_is_of_those_who_leave_too_and_is_read_without_knowing_them()
    {
        var content = new HandoverContent(Follow(_group.First, NextMembers.Of(List(10, 20, 30, 50))), FakeKeys.Hash(1));
        var votes = new HandoverVotes(_group.Know(_group.First));
        foreach (uint member in (uint[])[20, 30, 40])
        {
            votes.Add(new NodeId(member), content, _group.Sign(member, _group.First, content));
        }

        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        votes.Certificate!.Write(ref writer);
        writer.Flush();
        var reader = new MessagePackReader(buffer.WrittenMemory);
        var read = HandoverCertificate.Read(ref reader);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.DefectAfter(_group.First, _group.Know(_group.First).Verifier), Is.Null);
            Assert.That(read.Next.Id, Is.EqualTo(content.Next.Id));
            Assert.That(read.Signatures.Signatures.Select(signature => signature.Signer.Value), Is.EqualTo(new[] { 20, 30, 40 }));
            Assert.That((read with { Leaving = null }).DefectAfter(_group.First, _group.Know(_group.First).Verifier), Is.EqualTo("Its signatures are of others than the members of the epoch before."));
        }
    }

    // Much of this nobody signs: what one says who has left must not count because its connection is good.
    [Test]
    public void Who_does_not_belong_to_an_epoch_says_nothing_in_it()
    {
        var engine = _group.Engine();
        var raft = Follow(_group.First, NextMembers.Of(List(10, 20, 30, 50)), EpochProtocol.Raft);
        engine.Book.Begin(engine.Know(raft));
        ProtocolMessage[] messages =
        [
            new EpochMessage(raft.Tag, new Raft.Messages.VoteResponse(default, new Term(1), Granted: true)),
            new FloorHeld(raft.Tag, new LogIndex(9), new LogIndex(9)),
            new SnapshotWitness(raft.Tag, Snapshots.Of(_group.Beginning(_group.First))),
            new EndNotice(default, raft.Tag, null),
            new ReturnAnswer(raft.Tag, SealOrder.Give(raft, new NextEpoch(EpochProtocol.Pbft), _group.Operator), default, "No."),
        ];

        using (Assert.EnterMultipleScope())
        {
            foreach (var message in messages)
            {
                Assert.That(engine.Verifier.Verify(new NodeId(20), message, out _), Is.EqualTo(MessageVerdict.Accepted), $"{message}");
                Assert.That(engine.Verifier.Verify(new NodeId(50), message, out _), Is.EqualTo(MessageVerdict.Accepted), $"{message}");
                Assert.That(engine.Verifier.Verify(new NodeId(40), message, out var defect), Is.EqualTo(MessageVerdict.Unneeded), $"{message}");
                Assert.That(defect, Is.Null, "it may have been on its way when the epoch began");
            }
        }
    }

    [Test]
    public void Of_an_epoch_to_which_the_replica_does_not_belong_it_reads_no_messages_and_refuses_callers()
    {
        var engine = _group.Engine(node: 40);
        var known = engine.Know(Follow(_group.First, NextMembers.Of(List(10, 20, 30, 50))));
        engine.Book.Begin(known);
        var core = known.Engine.CreateCore(new CoreContext { Self = new NodeId(40), Epoch = new Epoch(1), Recovered = EmptyDisk.Found, Seed = 1, Now = new Ticks(1) });
        var effects = new EffectBuffer(Lsn.Zero);
        core.Step(new Ticks(2), new ReadRequested(new Ticket(3)), effects);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(known.IsMember, Is.False);
            Assert.That(known.Others.Select(other => other.Value), Is.EqualTo(new[] { 10, 20, 30, 50 }));
            Assert.That(known.Status.Protocol, Is.EqualTo("pbft"));
            Assert.That(core.Status.Role, Is.EqualTo(ReplicaRole.Learner));
            Assert.That(core.NextDeadline, Is.EqualTo(Ticks.Never));
            Assert.That(effects.Refusals.Select(refusal => refusal.Reason), Is.EqualTo(new[] { RefusalReason.NoLeader }));
        }
    }

    private EpochDescriptor Follow(EpochDescriptor epoch, NextMembers? members, EpochProtocol protocol = EpochProtocol.Pbft) =>
        epoch.By(SealOrder.Give(epoch, new NextEpoch(protocol) { Members = members }, _group.Operator), Group.Position(7), new Timestamp(5));

    private string? Defect(params uint[] members) => Defect(List(members));

    private string? Defect(IEnumerable<EpochMember> members) => new NextEpoch(EpochProtocol.Pbft) { Members = NextMembers.Of(members) }.DefectAfter(_group.First);

    private IEnumerable<EpochMember> List(params uint[] members) => members.Select(Member);

    private EpochMember Member(uint id) => new(new NodeId(id), _group.Keys.Signer(id).PublicKey, $"node-{id}");

    private static string Pattern(string text) => "^" + string.Join(".*", text.Split('*').Select(System.Text.RegularExpressions.Regex.Escape)) + "$";
}
