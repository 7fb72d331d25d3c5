namespace Consensus.Cryptography.Tests;

/// <summary>That evidence convinces whoever has the keys, and that nobody who did not sign twice can be accused.</summary>
[TestFixture]
internal sealed class EvidenceVerifierTests
{
    private static readonly FakeKeys Keys = new();
    private static readonly SignerSet Members = Keys.Members(4);

    private static readonly Statement Stated =
        new(FakeKeys.Domain(), StatementKind.HotStuffVote, new ViewNumber(7), new SequenceNumber(9), FakeKeys.Hash(1));

    private static readonly Statement Contradicting = Stated with { Hash = FakeKeys.Hash(2) };

    [Test]
    public void Two_valid_signatures_for_one_place_prove_that_the_signer_is_faulty() =>
        Assert.That(EvidenceVerifier.Verify(Evidence(Keys.Sign(20, Stated), Keys.Sign(20, Contradicting)), Members, Keys, out var defect), Is.True, defect?.Detail);

    [Test]
    public void Evidence_with_real_keys_verifies([ValueSource(typeof(Libraries), nameof(Libraries.All))] Ed25519Library library)
    {
        var ed25519 = Libraries.Need(library);
        using var key = ed25519.CreateSigningKey(new byte[Ed25519.SeedSize]);
        var members = SignerSet.Create([new MemberKey(new NodeId(3), key.PublicKey)]);
        var evidence = Evidence(
            new SignedStatement(Stated, new NodeId(3), Stated.Sign(key)),
            new SignedStatement(Contradicting, new NodeId(3), Contradicting.Sign(key)));

        Assert.That(EvidenceVerifier.Verify(evidence, members, ed25519, out var defect), Is.True, defect?.Detail);
    }

    [Test]
    public void Who_is_no_member_cannot_be_accused() =>
        Refuses(Evidence(Keys.Sign(21, Stated), Keys.Sign(21, Contradicting)), Members, EvidenceDefectKind.UnknownSigner, "Node 21 is none of the 4 members");

    [Test]
    public void Who_has_another_key_now_is_not_found_guilty_with_it()
    {
        var others = SignerSet.Create(Members.Members.Select(member => member with { Key = Keys.Signer(member.Id.Value + 1).PublicKey }));

        Refuses(Evidence(Keys.Sign(20, Stated), Keys.Sign(20, Contradicting)), others, EvidenceDefectKind.InvalidSignature, "first statement");
    }

    [TestCase(true, "first")]
    [TestCase(false, "second")]
    public void A_single_signature_of_the_accused_is_not_enough(bool isFirstForged, string which)
    {
        var evidence = Evidence(Keys.Sign(20, Stated), Keys.Sign(20, Contradicting));
        var (first, second) = (evidence.First, evidence.Second);
        var forged = Keys.Sign(30, isFirstForged ? first.Statement : second.Statement) with { Signer = new NodeId(20) };

        Refuses(isFirstForged ? Evidence(forged, second) : Evidence(first, forged), Members, EvidenceDefectKind.InvalidSignature, $"{which} statement is not one of node 20");
    }

    [Test]
    public void One_signature_cannot_be_used_for_both_statements()
    {
        var signed = Keys.Sign(20, Stated);

        Refuses(Evidence(signed, signed with { Statement = Contradicting }), Members, EvidenceDefectKind.InvalidSignature, "statement is not one of node 20");
    }

    // Everything that a correct member ever signs, in the hands of an adversary who puts any two of them together, under any claim.
    [Test]
    public void No_two_signatures_of_a_correct_member_accuse_it([Range(1, 6)] int seed)
    {
        var random = new Random(seed);
        var signed = HonestStatements().Select(statement => Keys.Sign(20, statement)).ToArray();
        for (var run = 0; run < 5000; run++)
        {
            var (one, other) = (signed[random.Next(signed.Length)], signed[random.Next(signed.Length)]);
            var claimed = random.Next(3) switch
            {
                0 => other,
                1 => other with { Statement = one.Statement with { Hash = other.Statement.Hash } },
                _ => other with { Statement = signed[random.Next(signed.Length)].Statement },
            };
            var isProof = EquivocationEvidence.TryCreate(one, claimed, out var evidence, out _) && EvidenceVerifier.Verify(evidence, Members, Keys, out _);
            Assert.That(isProof, Is.False, $"seed {seed}, run {run}: {evidence}");
        }
    }

    // Whatever is changed in valid evidence: it is refused, or it is the evidence that it was.
    [Test]
    public void Mutated_evidence_never_verifies([Range(1, 6)] int seed)
    {
        var random = new Random(seed);
        var valid = EvidenceCodec.Encode(Evidence(Keys.Sign(20, Stated), Keys.Sign(20, Contradicting)));
        for (var run = 0; run < 5000; run++)
        {
            var bytes = Mutation.Of(valid, random);
            var verifies = EvidenceCodec.TryDecode(bytes, out var evidence, out _) && EvidenceVerifier.Verify(evidence, Members, Keys, out _);
            Assert.That(verifies, Is.EqualTo(bytes.AsSpan().SequenceEqual(valid)), $"seed {seed}, run {run}");
        }
    }

    [Test]
    public void Every_single_bit_of_evidence_counts()
    {
        var valid = EvidenceCodec.Encode(Evidence(Keys.Sign(20, Stated), Keys.Sign(20, Contradicting)));
        for (var bit = 0; bit < valid.Length * 8; bit++)
        {
            var bytes = valid.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(EvidenceCodec.TryDecode(bytes, out var evidence, out _) && EvidenceVerifier.Verify(evidence, Members, Keys, out _), Is.False, $"bit {bit}");
        }
    }

    /// <summary>What a member signs that keeps the rules: one hash for each place of an exclusive kind, any number for the others, in two clusters and epochs.</summary>
    private static IEnumerable<Statement> HonestStatements()
    {
        SigningDomain[] domains = [FakeKeys.Domain(1), FakeKeys.Domain(2), FakeKeys.Domain(1) with { Epoch = new Epoch(2) }, FakeKeys.Domain(1) with { EpochId = FakeKeys.Hash(9) }];
        var counter = 0;
        foreach (var domain in domains)
        {
            foreach (var kind in Enum.GetValues<StatementKind>())
            {
                var place = PromiseOf(kind);
                for (ulong view = 0; view < 3; view++)
                {
                    for (ulong sequence = 0; sequence < (place == ExclusivePlace.View ? 1UL : 3UL); sequence++)
                    {
                        // A checkpoint is the same in all views; what is exclusive nowhere is said twice, differently.
                        var hash = FakeKeys.Hash(place == ExclusivePlace.Sequence ? (int)sequence : 100 + counter++);
                        yield return new Statement(domain, kind, new ViewNumber(view), new SequenceNumber(sequence), hash);
                        if (place == ExclusivePlace.None)
                        {
                            yield return new Statement(domain, kind, new ViewNumber(view), new SequenceNumber(sequence), FakeKeys.Hash(100 + counter++));
                        }
                    }
                }
            }
        }
    }

    /// <summary>What the protocols' papers promise, written down here once more: the list under test must not say what an honest member does.</summary>
    private static ExclusivePlace PromiseOf(StatementKind kind) => kind switch
    {
        StatementKind.PbftPrePrepare or StatementKind.PbftPrepare or StatementKind.PbftCommit or StatementKind.RaftMark => ExclusivePlace.ViewAndSequence,
        StatementKind.Checkpoint or StatementKind.Handover or StatementKind.EndReport => ExclusivePlace.Sequence,
        StatementKind.HotStuffProposal or StatementKind.HotStuffVote => ExclusivePlace.View,
        _ => ExclusivePlace.None,
    };

    private static void Refuses(EquivocationEvidence evidence, SignerSet members, EvidenceDefectKind kind, string detail)
    {
        Assert.That(EvidenceVerifier.Verify(evidence, members, Keys, out var defect), Is.False);
        Assert.Multiple(() =>
        {
            Assert.That(defect!.Kind, Is.EqualTo(kind));
            Assert.That(defect.Detail, Does.Contain(detail));
        });
    }

    private static EquivocationEvidence Evidence(in SignedStatement one, in SignedStatement other) =>
        EquivocationEvidence.TryCreate(one, other, out var evidence, out var defect) ? evidence : throw new AssertionException(defect.Detail);
}
