namespace Consensus.Cryptography.Tests;

[TestFixture]
internal sealed class StatementVerifierTests
{
    private const StatementKind Kind = StatementKind.PbftCommit;

    private FakeKeys _keys = null!;
    private StatementVerifier _verifier = null!;

    private static Statement Stated => new(FakeKeys.Domain(), Kind, new ViewNumber(7), new SequenceNumber(9), FakeKeys.Hash(3));

    [SetUp]
    public void MakeVerifier()
    {
        _keys = new FakeKeys();
        _verifier = new StatementVerifier(FakeKeys.Domain(), _keys.Members(4), _keys, new VerifiedSignatures(1024));
    }

    [Test]
    public void A_certificate_of_a_quorum_is_valid_and_no_more_than_the_quorum_is_checked()
    {
        Assert.That(_verifier.Verify(_keys.Certify(Stated, 10, 20, 40), Kind, 3, out var defect), Is.True, defect?.Detail);
        Assert.That(_keys.Verifications, Is.EqualTo(3));
    }

    [Test]
    public void Votes_seen_alone_are_not_checked_again_in_a_certificate()
    {
        Assert.That(_verifier.Verify(_keys.Sign(10, Stated)), Is.True);
        Assert.That(_verifier.Verify(_keys.Sign(40, Stated)), Is.True);
        Assert.That(_verifier.Verify(_keys.Certify(Stated, 10, 20, 40), Kind, 3, out _), Is.True);
        Assert.That(_verifier.Verify(_keys.Certify(Stated, 10, 20, 40), Kind, 3, out _), Is.True);

        Assert.That(_keys.Verifications, Is.EqualTo(3));
    }

    [Test]
    public void Ones_own_signature_is_never_checked()
    {
        var own = _verifier.Sign(_keys.Signer(20), Stated);

        Assert.That(_verifier.Verify(new SignedStatement(Stated, new NodeId(20), own)), Is.True);
        Assert.That(_keys.Verifications, Is.Zero);
    }

    [Test]
    public void An_invalid_signature_is_checked_each_time()
    {
        var forged = new SignedStatement(Stated, new NodeId(20), _keys.Sign(10, Stated).Signature);

        Assert.That(_verifier.Verify(forged), Is.False);
        Assert.That(_verifier.Verify(forged), Is.False);
        Assert.That(_keys.Verifications, Is.EqualTo(2));
    }

    [Test]
    public void A_valid_signature_of_a_stranger_or_for_another_epoch_is_refused_unchecked()
    {
        var elsewhere = Stated with { Domain = FakeKeys.Domain(2) };

        Assert.That(_verifier.Verify(_keys.Sign(50, Stated)), Is.False);
        Assert.That(_verifier.Verify(_keys.Sign(10, elsewhere)), Is.False);
        Assert.That(_keys.Verifications, Is.Zero);
    }

    [Test]
    public void What_is_wrong_with_a_certificate_is_said()
    {
        Refused(_keys.Certify(Stated with { Domain = FakeKeys.Domain(2) }, 10, 20, 30), CertificateDefectKind.OtherDomain, "this epoch");
        Refused(_keys.Certify(Stated with { Kind = StatementKind.PbftPrepare }, 10, 20, 30), CertificateDefectKind.OtherKind, "about PbftPrepare; expected is PbftCommit");
        Refused(_keys.Certify(Stated, 10, 20), CertificateDefectKind.TooFewSigners, "2 signers; exactly 3");
        Refused(_keys.Certify(Stated, 10, 20, 30, 40), CertificateDefectKind.TooManySigners, "4 signers; exactly 3");
        Refused(_keys.Certify(Stated, 10, 20, 50), CertificateDefectKind.UnknownSigner, "Node 50");

        // The signatures are those for another block.
        var other = _keys.Certify(Stated with { Hash = FakeKeys.Hash(4) }, 10, 20, 30);
        Refused(new QuorumCertificate(Stated, other.Signatures), CertificateDefectKind.InvalidSignature, "node 10");
    }

    [Test]
    public void The_signature_of_one_member_under_the_name_of_another_is_refused()
    {
        var signatures = _keys.Certify(Stated, 10, 20).Signatures;
        var borrowed = signatures.Add(new MemberSignature(new NodeId(30), signatures[1].Signature));

        Refused(new QuorumCertificate(Stated, borrowed), CertificateDefectKind.InvalidSignature, "node 30");
    }

    [Test]
    public void Checking_a_certificate_allocates_nothing([Values] bool remembered)
    {
        var certificate = _keys.Certify(Stated, 10, 20, 40);
        var verified = new VerifiedSignatures(VerifiedSignatures.CapacityMin);
        var verifier = new StatementVerifier(FakeKeys.Domain(), _keys.Members(4), _keys, verified);
        var fillers = Enumerable.Range(0, 8).Select(i => _keys.Sign(10, Stated with { View = new ViewNumber((ulong)i + 100) })).ToArray();
        Run(10);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var valid = Run(100);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(valid, Is.True);

        bool Run(int times)
        {
            var all = true;
            for (var i = 0; i < times; i++)
            {
                all &= verifier.Verify(certificate, Kind, 3, out _);
                for (var j = 0; j < fillers.Length && !remembered; j++)
                {
                    all &= verifier.Verify(fillers[j]);
                }
            }

            return all;
        }
    }

    [TestCase(0)]
    [TestCase(5)]
    public void A_threshold_that_no_vote_can_reach_is_the_callers_mistake(int threshold) =>
        Assert.That(() => _verifier.Verify(_keys.Certify(Stated, 10), Kind, threshold, out _), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private void Refused(QuorumCertificate certificate, CertificateDefectKind kind, string expected)
    {
        Assert.That(_verifier.Verify(certificate, Kind, 3, out var defect), Is.False);
        Assert.That(defect!.Kind, Is.EqualTo(kind));
        Assert.That(defect.Detail, Does.Contain(expected));
    }
}
