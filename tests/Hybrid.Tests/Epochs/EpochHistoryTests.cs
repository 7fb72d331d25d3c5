using System.Text;
using System.Text.Json.Nodes;
using Consensus.Cryptography.Tests;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>Whoever has the first epoch of a group learns the others from anybody, and is told nothing that was not certified.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EpochHistoryTests
{
    /// <summary>An id and a signature, with which a certificate ends.</summary>
    private const int SignerSize = sizeof(uint) + Signature.Size;

    private readonly Group _group = new();
    private readonly SignerSet _later;
    private readonly EpochHistory _history;

    public EpochHistoryTests()
    {
        // Raft, then PBFT with 50 in place of 40, then Raft again, ended by those of the second.
        var second = _group.Beginning(_group.First);
        var listed = NextMembers.Of(new uint[] { 10, 20, 30, 50 }.Select(id => new EpochMember(new NodeId(id), _group.Keys.Signer(id).PublicKey, $"node{id}:7000")));
        _later = listed.ToSigners();
        var order = SealOrder.Give(second.Next, new NextEpoch(EpochProtocol.Raft) { Members = listed }, _group.Operator);
        var third = new HandoverContent(second.Next.By(order, Group.Position(20), new Timestamp(6)), FakeKeys.Hash(2));
        var certificate = _group.Certify(second.Next, third, 10, 20, 40) with { Leaving = _group.Members };
        _history = new EpochHistory(_group.First, [second, certificate]);
    }

    [Test]
    public void Epochs_with_other_members_are_learned_from_a_text()
    {
        Assert.That(Read(Text()), Is.Null);
        Assert.That(EpochHistoryDocument.TryParse(Text(), _group.First, _group.Keys, out var read, out _), Is.True);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read!.Epochs.Select(epoch => epoch.Id), Is.EqualTo(_history.Epochs.Select(epoch => epoch.Id)));
            Assert.That(read.Newest.Members.Hash, Is.EqualTo(_later.Hash));
            Assert.That(EpochHistoryDocument.ToUtf8(read), Is.EqualTo(Text()));
            Assert.That(EpochHistoryDocument.ToUtf8(read.UpTo(new Epoch(1))), Is.EqualTo(EpochHistoryDocument.ToUtf8(new EpochHistory(_group.First, _history.Beginnings[..1]))));
        }
    }

    [Test]
    public void Without_the_first_epoch_a_text_is_taken_at_its_word_and_whoever_alters_it_tells_of_another_epoch()
    {
        var known = EpochHistoryDocument.TryParseUnpinned(Text(), _group.Keys, out var read, out _);
        Assert.That((known, read?.Newest.Id), Is.EqualTo((true, (Digest?)_history.Newest.Id)));

        // One operator more, and an identity to go with that: a first epoch that never was.
        var alone = EpochHistory.Of(_group.First);
        var key = $"{_group.Keys.Signer(77).PublicKey}";
        var liar = EpochDescriptor.First(Group.Cluster, EpochProtocol.Raft, _group.Members, [_group.Operator.PublicKey, _group.Keys.Signer(77).PublicKey]);
        var lie = Edit(EpochHistoryDocument.ToUtf8(alone), text => (text["epochs"]![0]!["operator_keys"], text["epochs"]![0]!["id"]) = (new JsonArray([.. liar.Operators.Select(each => JsonValue.Create($"{each}"))]), $"{liar.Id}"));
        Assert.That(EpochHistoryDocument.TryParseUnpinned(lie, _group.Keys, out var lied, out _), Is.True);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(lied!.Newest.Id, Is.Not.EqualTo(_group.First.Id));
            Assert.That(SealOrder.Give(lied.Newest, new NextEpoch(EpochProtocol.Pbft), _group.Operator).DefectIn(_group.First, _group.Keys), Does.StartWith("It is about the epoch"), "what is signed for it is void");
            Assert.That(ReadUnpinned(Edit(text => text["epochs"]![0]!["operator_keys"]!.AsArray().Add(key))), Does.StartWith("epochs[0] is not"), "with the identity of the true one");
            Assert.That(ReadUnpinned(Edit(text => text["epochs"]![0]!["rules"]!["ReturnsAlone"] = "true")), Does.StartWith("epochs[0] is not"));
            Assert.That(ReadUnpinned(Edit(text => text["epochs"]![2]!["settings"]!["TermViews"] = "9")), Does.StartWith("epochs[2] says of epoch 2"));
        }
    }

    [TestCase("operator_keys", """["no key"]""")]
    [TestCase("operator_keys", """[null]""")]
    [TestCase("protocol", "\"paxos\"")]
    [TestCase("rules", """{"Colour":"blue"}""")]
    [TestCase("rules", """{"ReturnsAlone":null}""")]
    [TestCase("members", "[]")]
    [TestCase("members", """[{"id":1,"public_key":"00"}]""")]
    [TestCase("members", "[null]")]
    public void What_no_group_begins_with_is_refused(string field, string value) =>
        Assert.That(ReadUnpinned(Edit(text => text["epochs"]![0]![field] = JsonNode.Parse(value))), Is.EqualTo("epochs[0] is none that a group begins with.").Or.StartWith("These are no epochs"));

    [Test]
    public void A_certificate_of_too_few_or_of_others_or_with_a_signer_twice_begins_nothing()
    {
        var real = _history.Beginnings[0];
        var signatures = real.Signatures.Signatures;
        var twice = EpochSlots.BeginningValue(real);
        twice.AsSpan()[^(2 * SignerSize)..^SignerSize].CopyTo(twice.AsSpan()[^SignerSize..]);
        QuorumCertificate Signed(params MemberSignature[] by) => new(real.Signatures.Statement, [.. by]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Read(With(real with { Signatures = Signed(signatures[0], signatures[1]) })), Does.StartWith("What should begin epochs[1] does not:"));
            Assert.That(Read(With(twice)), Does.Contain("signed twice"));
            Assert.That(Read(With(real with { Signatures = Signed(signatures[0], signatures[1], new MemberSignature(new NodeId(30), signatures[1].Signature)) })), Does.StartWith("What should begin epochs[1] does not:"));
            Assert.That(Read(With(_group.Certify(_group.First, real.Content, 10, 20, 50))), Does.StartWith("What should begin epochs[1] does not:"), "50 is no member");
        }
    }

    [Test]
    public void Those_who_come_with_an_epoch_do_not_begin_it()
    {
        // All of the new members have signed; of the old ones, who must, one less than a quorum.
        var third = _history.Beginnings[1];
        var forged = _group.Certify(_history.Epochs[1], third.Content, 10, 20, 50) with { Leaving = null };

        Assert.That(Read(Edit(text => text["epochs"]![2]!["certificate"] = Convert.ToBase64String(EpochSlots.BeginningValue(forged)))), Does.Contain("others than the members of the epoch before"));
    }

    [Test]
    public void A_gap_a_certificate_in_the_place_of_another_and_an_epoch_without_one_are_found()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Read(Edit(text => text["epochs"]!.AsArray().RemoveAt(1))), Does.StartWith("What should begin epochs[1] does not: It begins epoch 2 behind"));
            Assert.That(Read(Edit(text => text["epochs"]![2]!["certificate"] = text["epochs"]![1]!["certificate"]!.DeepClone())), Does.StartWith("What should begin epochs[2] does not: It begins epoch 1 behind"));
            Assert.That(Read(Edit(text => text["epochs"]![1]!["certificate"] = null)), Does.Contain("It has no certificate"));
            Assert.That(Read(Edit(text => text["epochs"]!.AsArray().Clear())), Does.StartWith("epochs is empty"));
            Assert.That(Read(Edit(text => text["epochs"]![1] = null)), Does.Contain("It has no certificate"));
            Assert.That(Read(Edit(text => text["epochs"]![0] = null)), Does.StartWith("epochs[0] is not"));
        }
    }

    [Test]
    public void Another_cluster_and_another_beginning_are_found()
    {
        var started = EpochDescriptor.First(Group.Cluster, EpochProtocol.Pbft, _group.Members, [_group.Operator.PublicKey]);
        var foreign = EpochDescriptor.First(new ClusterId(Guid.AllBitsSet), EpochProtocol.Raft, _group.Members, [_group.Operator.PublicKey]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Read(Text(), started), Does.StartWith("epochs[0] is not"));
            Assert.That(Read(Text(), foreign), Does.StartWith("The epochs are of another cluster"));
        }
    }

    [Test]
    public void What_a_text_says_besides_its_certificates_must_be_what_they_say([Values("id", "protocol", "begun_by", "start", "quorum", "faults_max", "epoch")] string field)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var epoch in new[] { 0, 1, 2 })
            {
                Assert.That(Read(Edit(text => text["epochs"]![epoch]![field] = field is "id" or "protocol" or "begun_by" ? "x" : 77)), Does.StartWith($"epochs[{epoch}]"), $"{epoch}");
            }

            Assert.That(Read(Edit(text => text["epochs"]![2]!["members"]![3]!["id"] = 40)), Does.StartWith("epochs[2] says of epoch 2"));
            Assert.That(Read(Edit(text => text["epochs"]![1]!["settings"]!["TermViews"] = "8")), Does.StartWith("epochs[1] says of epoch 1"));
            Assert.That(Read(Edit(text => text["epochs"]![1]!["rules"]!["ReturnsAlone"] = "true")), Does.StartWith("epochs[1] says of epoch 1"));
            Assert.That(Read(Edit(text => text["epochs"]![1]!["rules"]!.AsObject().Remove("ReturnsAlone"))), Does.StartWith("epochs[1] says of epoch 1"));
            Assert.That(Read(Edit(text => text["epochs"]![2]!["operator_keys"]!.AsArray().Add("00"))), Does.StartWith("epochs[2] says of epoch 2"));
        }
    }

    [Test]
    public void A_text_that_is_cut_off_anywhere_or_too_long_is_none()
    {
        var text = Text();
        using (Assert.EnterMultipleScope())
        {
            for (var length = 0; length < text.Length - 2; length += 7)
            {
                Assert.That(Read(text[..length]), Does.StartWith("These are no epochs"), $"{length}");
            }

            Assert.That(Read(new byte[EpochHistoryDocument.LengthMax + 1]), Does.Contain("more than"));
            Assert.That(Read("null"u8.ToArray()), Does.Contain("null"));
            Assert.That(Read(Edit(each => each["format"] = "consensus-epochs-1")), Does.Contain("format is not"));
        }
    }

    [Test]
    public void A_certificate_that_is_cut_off_anywhere_or_goes_on_is_none()
    {
        var bytes = EpochSlots.BeginningValue(_history.Beginnings[1]);
        using (Assert.EnterMultipleScope())
        {
            for (var length = 0; length < bytes.Length; length++)
            {
                var cut = Convert.ToBase64String(bytes.AsSpan(0, length));
                Assert.That(Read(Edit(text => text["epochs"]![2]!["certificate"] = cut)), Does.StartWith("What should begin epochs[2] does not:"), $"{length}");
            }

            Assert.That(Read(Edit(text => text["epochs"]![2]!["certificate"] = Convert.ToBase64String([.. bytes, 0]))), Does.Contain("goes on behind its end"));
        }
    }

    [Test]
    public void Evidence_is_judged_by_the_members_of_the_epoch_in_which_it_was_signed()
    {
        var newcomer = _group.Evidence(50, _history.Newest);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(DefectOf(_history, newcomer), Is.Null);
            Assert.That(DefectOf(EpochHistory.Of(_group.First), newcomer), Is.EqualTo(EvidenceDefectKind.OtherDomain), "nothing is known of its epoch");
            Assert.That(DefectOf(_history, _group.Evidence(40, _history.Newest)), Is.EqualTo(EvidenceDefectKind.UnknownSigner), "40 has left");
            Assert.That(DefectOf(_history, _group.Evidence(50, _history.Epochs[1])), Is.EqualTo(EvidenceDefectKind.UnknownSigner), "50 has not come yet");
            Assert.That(DefectOf(_history, _group.Evidence(40, _history.Epochs[1])), Is.Null);
            Assert.That(DefectOf(_history, _group.Evidence(20, _group.First.ToAgreement())), Is.Null, "what agrees on the end of an epoch of Raft");
            Assert.That(DefectOf(_history, _group.Evidence(20, _history.Epochs[1].ToAgreement())), Is.EqualTo(EvidenceDefectKind.OtherDomain), "PBFT ends without");
            Assert.That(DefectOf(_history, _group.Evidence(20, Group.Ending(_group.First, EpochProtocol.HotStuff).Next)), Is.EqualTo(EvidenceDefectKind.OtherDomain), "an epoch 1 that never was");
        }
    }

    [Test]
    public void A_replica_says_which_epochs_it_knows_and_finds_them_on_its_disk()
    {
        var engine = _group.Engine();
        var chain = new EpochChain(engine, [], []);
        var effects = new EffectBuffer(Lsn.Zero);
        Assert.That(engine.Epochs.Newest.Id, Is.EqualTo(_group.First.Id));

        chain.OnProof(new NodeId(20), new HandoverProof([.. _history.Beginnings]), effects);

        Assert.That(EpochHistoryDocument.ToUtf8(engine.Epochs), Is.EqualTo(Text()));
        var disk = Group.Disk([], [.. _history.Beginnings.Select(beginning => (EpochSlots.Beginning(beginning.Next.Number), EpochSlots.BeginningValue(beginning)))]);
        Assert.That(EpochHistoryDocument.ToUtf8(_group.Engine().ReadEpochs(disk)), Is.EqualTo(Text()));
    }

    private byte[] Text() => EpochHistoryDocument.ToUtf8(_history);

    private byte[] With(HandoverCertificate first) => With(EpochSlots.BeginningValue(first));

    private byte[] With(byte[] first) => Edit(text => text["epochs"]![1]!["certificate"] = Convert.ToBase64String(first));

    private byte[] Edit(Action<JsonNode> edit) => Edit(Text(), edit);

    private static byte[] Edit(byte[] original, Action<JsonNode> edit)
    {
        var text = JsonNode.Parse(original)!;
        edit(text);
        return Encoding.UTF8.GetBytes(text.ToJsonString());
    }

    private string? Read(byte[] text, EpochDescriptor? first = null) => EpochHistoryDocument.TryParse(text, first ?? _group.First, _group.Keys, out _, out var defect) ? null : defect;

    private string? ReadUnpinned(byte[] text) => EpochHistoryDocument.TryParseUnpinned(text, _group.Keys, out _, out var defect) ? null : defect;

    private EvidenceDefectKind? DefectOf(EpochHistory history, EquivocationEvidence evidence) => history.Verify(evidence, _group.Keys, out var defect) ? null : defect.Kind;
}
