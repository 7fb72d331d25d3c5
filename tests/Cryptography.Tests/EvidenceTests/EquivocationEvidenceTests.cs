namespace Consensus.Cryptography.Tests;

[TestFixture]
internal sealed class EquivocationEvidenceTests
{
    private static readonly FakeKeys Keys = new();
    private static readonly SignerSet Members = Keys.Members(4);

    private static readonly Statement Stated =
        new(FakeKeys.Domain(), StatementKind.PbftPrepare, new ViewNumber(7), new SequenceNumber(9), FakeKeys.Hash(1));

    // The whole list, so that a kind that is added or moved is noticed here.
    private static IEnumerable<TestCaseData<StatementKind, ExclusivePlace>> Places() =>
    [
        new(StatementKind.None, ExclusivePlace.None),
        new(StatementKind.CommandBatch, ExclusivePlace.None),
        new(StatementKind.PbftPrePrepare, ExclusivePlace.ViewAndSequence),
        new(StatementKind.PbftPrepare, ExclusivePlace.ViewAndSequence),
        new(StatementKind.PbftCommit, ExclusivePlace.ViewAndSequence),
        new(StatementKind.Checkpoint, ExclusivePlace.Sequence),
        new(StatementKind.PbftViewChange, ExclusivePlace.None),
        new(StatementKind.PbftNewView, ExclusivePlace.None),
        new(StatementKind.Snapshot, ExclusivePlace.None),
        new(StatementKind.HotStuffProposal, ExclusivePlace.View),
        new(StatementKind.HotStuffVote, ExclusivePlace.View),
        new(StatementKind.HotStuffTimeout, ExclusivePlace.None),
        new(StatementKind.Reply, ExclusivePlace.None),
        new(StatementKind.Request, ExclusivePlace.None),
        new(StatementKind.SealOrder, ExclusivePlace.None),
        new(StatementKind.Handover, ExclusivePlace.Sequence),
        new(StatementKind.Floor, ExclusivePlace.None),
        new(StatementKind.EndReport, ExclusivePlace.Sequence),
        new(StatementKind.ThreatReport, ExclusivePlace.None),
        new(StatementKind.ReturnConsent, ExclusivePlace.None),
        new(StatementKind.RaftMark, ExclusivePlace.ViewAndSequence),
    ];

    [TestCaseSource(nameof(Places))]
    public void Each_kind_is_exclusive_where_a_correct_member_signs_one_only(StatementKind kind, ExclusivePlace place) =>
        Assert.That(ExclusiveStatements.PlaceOf(kind), Is.EqualTo(place));

    [Test]
    public void The_list_of_places_has_every_kind() =>
        Assert.That(Places().Select(item => item.Arguments[0]), Is.EquivalentTo(Enum.GetValues<StatementKind>()));

    [TestCaseSource(nameof(Places))]
    public void Two_statements_are_evidence_if_and_only_if_they_are_for_the_same_place(StatementKind kind, ExclusivePlace place)
    {
        var one = Stated with { Kind = kind };
        var other = one with { Hash = FakeKeys.Hash(2) };
        Assert.Multiple(() =>
        {
            Assert.That(IsEvidence(one, other), Is.EqualTo(place != ExclusivePlace.None));
            Assert.That(IsEvidence(one, other with { View = new ViewNumber(8) }), Is.EqualTo(place == ExclusivePlace.Sequence));
            Assert.That(IsEvidence(one, other with { Sequence = new SequenceNumber(8) }), Is.EqualTo(place == ExclusivePlace.View));
            Assert.That(IsEvidence(one, other with { View = new ViewNumber(8), Sequence = new SequenceNumber(8) }), Is.False);
        });
    }

    [Test]
    public void The_statement_with_the_smaller_hash_is_the_first_in_whatever_order_they_were_seen()
    {
        var (one, other) = (Keys.Sign(20, Stated), Keys.Sign(20, Stated with { Hash = FakeKeys.Hash(2) }));

        var evidence = Evidence(one, other);
        var reversed = Evidence(other, one);

        Assert.Multiple(() =>
        {
            Assert.That(evidence.First.Statement.Hash, Is.LessThan(evidence.Second.Statement.Hash));
            Assert.That(EvidenceCodec.Encode(reversed), Is.EqualTo(EvidenceCodec.Encode(evidence)));
            Assert.That(evidence.Signer, Is.EqualTo(new NodeId(20)));
            Assert.That(evidence.ToString(), Does.StartWith("Node 20 signed two PbftPrepare statements in epoch 1 of cluster"));
        });
    }

    [Test]
    public void The_identity_does_not_depend_on_the_signatures_and_does_on_all_else()
    {
        var (one, other) = (Keys.Sign(20, Stated), Keys.Sign(20, Stated with { Hash = FakeKeys.Hash(2) }));
        var identity = Evidence(one, other).ComputeDigest();
        Assert.Multiple(() =>
        {
            Assert.That(Evidence(one with { Signature = other.Signature }, other).ComputeDigest(), Is.EqualTo(identity));
            Assert.That(Evidence(one with { Signer = new NodeId(30) }, other with { Signer = new NodeId(30) }).ComputeDigest(), Is.Not.EqualTo(identity));
            Assert.That(Evidence(one, Keys.Sign(20, Stated with { Hash = FakeKeys.Hash(3) })).ComputeDigest(), Is.Not.EqualTo(identity));
        });
    }

    private static IEnumerable<TestCaseData<SignedStatement, SignedStatement, EvidenceDefectKind>> Defects()
    {
        var one = Keys.Sign(20, Stated);
        var contradiction = Stated with { Hash = FakeKeys.Hash(2) };
        var domain = Stated.Domain;
        yield return Case("the same statement twice", one, one, EvidenceDefectKind.NoContradiction);
        yield return Case("the same statement with another signature", one, one with { Signature = Keys.Sign(20, contradiction).Signature }, EvidenceDefectKind.NoContradiction);
        yield return Case("two signers", one, Keys.Sign(30, contradiction), EvidenceDefectKind.OtherSigner);
        yield return Case("node 0", one with { Signer = NodeId.None }, Keys.Sign(20, contradiction) with { Signer = NodeId.None }, EvidenceDefectKind.UnknownSigner);
        yield return Case("two clusters", one, Keys.Sign(20, contradiction with { Domain = domain with { Cluster = FakeKeys.Domain(2).Cluster } }), EvidenceDefectKind.OtherDomain);
        yield return Case("two epochs", one, Keys.Sign(20, contradiction with { Domain = domain with { Epoch = new Epoch(2) } }), EvidenceDefectKind.OtherDomain);
        yield return Case("two epoch ids", one, Keys.Sign(20, contradiction with { Domain = domain with { EpochId = FakeKeys.Hash(5) } }), EvidenceDefectKind.OtherDomain);
        yield return Case("two kinds", one, Keys.Sign(20, contradiction with { Kind = StatementKind.PbftCommit }), EvidenceDefectKind.OtherKind);
        yield return Case("two views", one, Keys.Sign(20, contradiction with { View = new ViewNumber(8) }), EvidenceDefectKind.OtherPlace);
        yield return Case("two sequence numbers", one, Keys.Sign(20, contradiction with { Sequence = new SequenceNumber(8) }), EvidenceDefectKind.OtherPlace);
        yield return Case("time-outs", OfKind(Stated, StatementKind.HotStuffTimeout), OfKind(contradiction, StatementKind.HotStuffTimeout), EvidenceDefectKind.NotExclusive);
        yield return Case("no kind", OfKind(Stated, StatementKind.None), OfKind(contradiction, StatementKind.None), EvidenceDefectKind.UnknownKind);
        yield return Case("a kind that does not exist", OfKind(Stated, (StatementKind)0x7F), OfKind(contradiction, (StatementKind)0x7F), EvidenceDefectKind.UnknownKind);

        static SignedStatement OfKind(Statement statement, StatementKind kind) => Keys.Sign(20, statement with { Kind = kind });

        static TestCaseData<SignedStatement, SignedStatement, EvidenceDefectKind> Case(string name, SignedStatement one, SignedStatement other, EvidenceDefectKind kind) =>
            new TestCaseData<SignedStatement, SignedStatement, EvidenceDefectKind>(one, other, kind).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Defects))]
    public void What_a_correct_member_may_sign_is_no_evidence(SignedStatement one, SignedStatement other, EvidenceDefectKind kind)
    {
        Assert.That(EquivocationEvidence.TryCreate(one, other, out var evidence, out var defect), Is.False);
        Assert.Multiple(() =>
        {
            Assert.That(evidence, Is.Null);
            Assert.That(defect!.Kind, Is.EqualTo(kind));
            Assert.That(defect.Detail, Does.EndWith("."));
        });
    }

    [Test]
    public void What_a_collector_of_votes_finds_is_evidence_that_verifies()
    {
        var verifier = new StatementVerifier(Stated.Domain, Members, Keys, new VerifiedSignatures(8));
        var votes = new VoteCollector(verifier, Stated.Kind, Stated.View, Stated.Sequence, Members.Quorum);
        var contradiction = Keys.Sign(20, Stated with { Hash = FakeKeys.Hash(2) });
        votes.Add(new NodeId(20), Stated.Hash, Keys.Sign(20, Stated).Signature, out _);
        votes.Add(new NodeId(20), contradiction.Statement.Hash, contradiction.Signature, out var conflict);

        Assert.That(EvidenceVerifier.Verify(Evidence(conflict!.First, conflict.Second), Members, Keys, out var defect), Is.True, defect?.Detail);
    }

    private static EquivocationEvidence Evidence(in SignedStatement one, in SignedStatement other) =>
        EquivocationEvidence.TryCreate(one, other, out var evidence, out var defect) ? evidence : throw new AssertionException(defect.Detail);

    private static bool IsEvidence(in Statement one, in Statement other) =>
        EquivocationEvidence.TryCreate(Keys.Sign(20, one), Keys.Sign(20, other), out _, out _);
}
