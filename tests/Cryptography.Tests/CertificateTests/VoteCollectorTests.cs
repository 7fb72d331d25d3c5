namespace Consensus.Cryptography.Tests;

[TestFixture]
internal sealed class VoteCollectorTests
{
    private const StatementKind Kind = StatementKind.HotStuffVote;

    private static readonly ViewNumber View = new(5);
    private static readonly SequenceNumber Height = new(6);
    private static readonly Digest Block = FakeKeys.Hash(1);
    private static readonly Digest Rival = FakeKeys.Hash(2);

    private FakeKeys _keys = null!;
    private StatementVerifier _verifier = null!;

    [SetUp]
    public void MakeVerifier()
    {
        _keys = new FakeKeys();
        _verifier = new StatementVerifier(FakeKeys.Domain(), _keys.Members(4), _keys, new VerifiedSignatures(1024));
    }

    [Test]
    public void The_quorums_last_vote_makes_a_valid_sorted_certificate()
    {
        var votes = Collector();

        Assert.That(new[] { Vote(votes, 40, Block), Vote(votes, 10, Block) }, Is.All.EqualTo(VoteResult.Counted));
        Assert.That(votes.Certificate, Is.Null);
        Assert.That(Vote(votes, 30, Block), Is.EqualTo(VoteResult.Completed));
        Assert.That(votes.Certificate!.Signatures.Select(signature => signature.Signer.Value), Is.EqualTo(new uint[] { 10, 30, 40 }));
        Assert.That(_verifier.Verify(votes.Certificate, Kind, 3, out var defect), Is.True, defect?.Detail);
        Assert.That(_keys.Verifications, Is.EqualTo(3), "each vote once, and none again in the certificate");
    }

    [Test]
    public void A_member_counts_once_however_often_it_votes()
    {
        var votes = Collector();
        Vote(votes, 10, Block);
        Vote(votes, 20, Block);

        for (var i = 0; i < 5; i++)
        {
            Assert.That(Vote(votes, 10, Block), Is.EqualTo(VoteResult.Duplicate));
        }

        Assert.That(votes.Add(new NodeId(10), Block, new Signature(Inputs.Random(64, 1)), out _), Is.EqualTo(VoteResult.Duplicate), "even if the signature differs");
        Assert.That(votes.CountOf(Block), Is.EqualTo(2));
        Assert.That(votes.Certificate, Is.Null);
        Assert.That(_keys.Verifications, Is.EqualTo(2));
    }

    [Test]
    public void A_weak_quorum_may_be_asked_for()
    {
        var votes = Collector(_verifier.Members.WeakQuorum);

        Assert.That(Vote(votes, 10, Block), Is.EqualTo(VoteResult.Counted));
        Assert.That(Vote(votes, 40, Block), Is.EqualTo(VoteResult.Completed));
    }

    [Test]
    public void Votes_for_different_hashes_are_not_added_up()
    {
        var votes = Collector();
        Vote(votes, 10, Block);
        Vote(votes, 20, Block);

        Assert.That(Vote(votes, 30, Rival), Is.EqualTo(VoteResult.Counted));
        Assert.That(votes.Certificate, Is.Null);
        Assert.That(Vote(votes, 40, Block), Is.EqualTo(VoteResult.Completed));
        Assert.That(votes.Certificate!.IsSignedBy(new NodeId(30)), Is.False);
    }

    [Test]
    public void A_contradicting_vote_is_evidence_that_anybody_can_check()
    {
        var votes = Collector();
        Vote(votes, 10, Block);

        Assert.That(votes.Add(new NodeId(10), Rival, Signed(10, Rival), out var conflict), Is.EqualTo(VoteResult.Conflicting));

        var anybody = new StatementVerifier(FakeKeys.Domain(), _keys.Members(4), _keys, new VerifiedSignatures(8));
        Assert.Multiple(() =>
        {
            Assert.That(conflict!.IsProof(anybody), Is.True);
            Assert.That((conflict.First.Statement.Hash, conflict.Second.Statement.Hash), Is.EqualTo((Block, Rival)));
            Assert.That(votes.CountOf(Block), Is.EqualTo(1), "the first vote is as valid as before");
            Assert.That(votes.CountOf(Rival), Is.Zero);
            Assert.That(Vote(votes, 10, FakeKeys.Hash(3)), Is.EqualTo(VoteResult.AlreadyProven));
            Assert.That(_keys.Verifications, Is.EqualTo(4), "two here, two by whoever checks the evidence");
        });
    }

    [Test]
    public void A_forged_contradiction_accuses_nobody()
    {
        var votes = Collector();
        Vote(votes, 10, Block);

        Assert.That(votes.Add(new NodeId(10), Rival, Signed(20, Rival), out var conflict), Is.EqualTo(VoteResult.InvalidSignature));
        Assert.That(conflict, Is.Null);
        Assert.That(votes.CountOf(Block), Is.EqualTo(1));
    }

    [Test]
    public void An_invalid_signature_takes_no_place()
    {
        var votes = Collector();

        Assert.That(votes.Add(new NodeId(10), Block, Signed(20, Block), out _), Is.EqualTo(VoteResult.InvalidSignature));
        Assert.That(votes.Add(new NodeId(10), Rival, Signed(20, Block), out _), Is.EqualTo(VoteResult.InvalidSignature));
        Assert.That(Vote(votes, 10, Block), Is.EqualTo(VoteResult.Counted));
    }

    [Test]
    public void A_vote_given_for_another_place_does_not_count()
    {
        var votes = Collector();
        var place = new Statement(FakeKeys.Domain(), Kind, View, Height, Block);
        var elsewhere = new[]
        {
            place with { Domain = FakeKeys.Domain(2) },
            place with { Kind = StatementKind.HotStuffTimeout },
            place with { View = View.Next },
            place with { Sequence = Height.Next },
        };

        foreach (var statement in elsewhere)
        {
            Assert.That(votes.Add(new NodeId(10), Block, _keys.Sign(10, statement).Signature, out _), Is.EqualTo(VoteResult.InvalidSignature), $"{statement}");
        }
    }

    [Test]
    public void Strangers_and_the_excluded_do_not_vote()
    {
        var votes = new VoteCollector(_verifier, Kind, View, Height, 2, excluded: new NodeId(10));

        Assert.That(Vote(votes, 50, Block), Is.EqualTo(VoteResult.NoVoter));
        Assert.That(Vote(votes, 10, Block), Is.EqualTo(VoteResult.NoVoter));
        Assert.That(_keys.Verifications, Is.Zero);
    }

    [Test]
    public void A_vote_after_the_quorum_is_not_checked_until_it_is_contradicted()
    {
        var votes = Complete();

        Assert.That(Vote(votes, 40, Block), Is.EqualTo(VoteResult.Surplus));
        Assert.That(_keys.Verifications, Is.EqualTo(3));
        Assert.That(votes.Add(new NodeId(40), Rival, Signed(40, Rival), out var conflict), Is.EqualTo(VoteResult.Conflicting));
        Assert.That(conflict!.IsProof(_verifier), Is.True);
    }

    [Test]
    public void A_forged_vote_after_the_quorum_does_not_accuse_the_member_that_votes_later()
    {
        var votes = Complete();

        Assert.That(votes.Add(new NodeId(40), Rival, Signed(10, Rival), out _), Is.EqualTo(VoteResult.Surplus));
        Assert.That(votes.Add(new NodeId(40), Block, Signed(40, Block), out var conflict), Is.EqualTo(VoteResult.Surplus));
        Assert.That(conflict, Is.Null);
        Assert.That(votes.CountOf(Block), Is.EqualTo(4));
    }

    [Test]
    public void What_is_no_contradiction_is_no_proof()
    {
        var first = _keys.Sign(10, new Statement(FakeKeys.Domain(), Kind, View, Height, Block));
        var rival = first.Statement with { Hash = Rival };

        Assert.Multiple(() =>
        {
            Assert.That(new ConflictingVotes(first, _keys.Sign(10, rival)).IsProof(_verifier), Is.True);
            Assert.That(new ConflictingVotes(first, first).IsProof(_verifier), Is.False, "the same twice");
            Assert.That(new ConflictingVotes(first, _keys.Sign(20, rival)).IsProof(_verifier), Is.False, "two members");
            Assert.That(new ConflictingVotes(first, _keys.Sign(10, rival with { View = View.Next })).IsProof(_verifier), Is.False, "two views");
            Assert.That(new ConflictingVotes(first, _keys.Sign(10, rival with { Kind = StatementKind.HotStuffProposal })).IsProof(_verifier), Is.False, "two kinds");
            Assert.That(new ConflictingVotes(first, _keys.Sign(20, rival) with { Signer = new NodeId(10) }).IsProof(_verifier), Is.False, "a forged signature");
            Assert.That(new ConflictingVotes(first with { Signature = default }, _keys.Sign(10, rival)).IsProof(_verifier), Is.False, "no signature");
        });
    }

    // Whatever arrives in whatever order: a certificate has a quorum of distinct valid votes, and only who voted twice is accused.
    [Test]
    public void In_any_order_of_votes_forgeries_and_contradictions_the_rules_hold([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        for (var run = 0; run < 50; run++)
        {
            var votes = Collector();
            for (var step = 0; step < 20; step++)
            {
                var node = (uint)(10 * random.Next(1, 6));

                // Node 10 lies; the others vote for the same block. Anybody may forge.
                var hash = node == 10 && random.Next(2) == 0 ? Rival : Block;
                var forged = random.Next(4) == 0;
                var claimed = forged ? FakeKeys.Hash(random.Next(1, 3)) : hash;
                var signature = forged ? Signed(99, claimed) : Signed(node, hash);
                var result = votes.Add(new NodeId(node), claimed, signature, out var conflict);
                Assert.That(conflict is not null, Is.EqualTo(result == VoteResult.Conflicting), $"seed {seed}, run {run}, step {step}");
                Assert.That(conflict?.First.Signer.Value ?? 10, Is.EqualTo(10), $"seed {seed}, run {run}, step {step}");
                Assert.That(conflict?.IsProof(_verifier) ?? true, Is.True, $"seed {seed}, run {run}, step {step}");
            }

            if (votes.Certificate is { } certificate)
            {
                Assert.That(_verifier.Verify(certificate, Kind, 3, out var defect), Is.True, $"seed {seed}, run {run}: {defect?.Detail}");
            }
        }
    }

    private VoteCollector Collector(int? threshold = null) => new(_verifier, Kind, View, Height, threshold ?? _verifier.Members.Quorum);

    private VoteCollector Complete()
    {
        var votes = Collector();
        Vote(votes, 10, Block);
        Vote(votes, 20, Block);
        Assert.That(Vote(votes, 30, Block), Is.EqualTo(VoteResult.Completed));
        return votes;
    }

    private Signature Signed(uint node, in Digest hash) => _keys.Sign(node, new Statement(FakeKeys.Domain(), Kind, View, Height, hash)).Signature;

    private VoteResult Vote(VoteCollector votes, uint node, in Digest hash) => votes.Add(new NodeId(node), hash, Signed(node, hash), out _);
}
