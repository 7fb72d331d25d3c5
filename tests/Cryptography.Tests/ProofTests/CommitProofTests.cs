using System.Text;
using static Consensus.Cryptography.Tests.ProofSamples;

namespace Consensus.Cryptography.Tests;

/// <summary>That a proof convinces whoever has the keys, and that nothing else does.</summary>
[TestFixture]
internal sealed class CommitProofTests
{
    private static IEnumerable<TestCaseData> Forgeries()
    {
        yield return Case("another cluster", Pbft(), ProofDefectKind.OtherDomain, domain: Domain with { Cluster = ClusterId.None });
        yield return Case("another epoch", Pbft(), ProofDefectKind.OtherDomain, domain: Domain with { Epoch = new Epoch(1) });
        yield return Case("another command", Changed(command => command with { Payload = Bytes("z") }), ProofDefectKind.OtherCommand);
        yield return Case("another place", Changed(command => command with { Place = 0 }), ProofDefectKind.OtherCommand);
        yield return Case("a place that is none", Changed(command => command with { Place = 3 }), ProofDefectKind.OtherCommand);
        yield return Case("a place before the first", Changed(command => command with { Place = -1 }), ProofDefectKind.OtherCommand);
        yield return Case("another origin", Changed(command => command with { Origin = new NodeId(10) }), ProofDefectKind.OtherCommand);
        yield return Case("another batch", Changed(command => command with { BatchNumber = 8 }), ProofDefectKind.OtherCommand);
        yield return Case("another place of the batch", Changed(command => command with { BatchPlace = 0 }), ProofDefectKind.OtherCommand);
        yield return Case("a place of the batch that is none", Changed(command => command with { BatchPlace = 2 }), ProofDefectKind.OtherCommand);
        yield return Case("another time", Changed(command => command with { Time = new Timestamp(78) }), ProofDefectKind.OtherBlock);
        yield return Case("one batch less", Changed(command => command with { Batches = command.Batches.RemoveAt(0), BatchPlace = 0 }), ProofDefectKind.OtherBlock);
        yield return Case("prepares", Pbft() with { Votes = Certify(StatementKind.PbftPrepare, Pbft().Votes.Statement) }, ProofDefectKind.OtherKind);
        yield return Case("too few signers", Pbft(10, 20), ProofDefectKind.OtherCount);
        yield return Case("a signer too many", Pbft(10, 20, 30, 40), ProofDefectKind.OtherCount);
        yield return Case("a stranger", Pbft(10, 20, 50), ProofDefectKind.UnknownSigner);
        yield return Case("a signature for another view", Pbft() with { Votes = Borrowed(Pbft().Votes) }, ProofDefectKind.InvalidSignature);
        yield return Case("commits with nodes", HotStuff(5, 6, 7) with { Votes = Pbft().Votes }, ProofDefectKind.OtherKind);
        yield return Case("votes without nodes", HotStuff(5, 6, 7) with { Chain = [] }, ProofDefectKind.OtherKind);
        yield return Case("two nodes", HotStuff(5, 6), ProofDefectKind.NotCommitted);
        yield return Case("a gap between the views", HotStuff(5, 6, 8), ProofDefectKind.NotCommitted);
        yield return Case("a gap before", HotStuff(4, 6, 7), ProofDefectKind.NotCommitted);
        yield return Case("one node", HotStuff(5), ProofDefectKind.NotCommitted, CommitRule.TwoChain);
        yield return Case("two nodes with a gap", HotStuff(5, 7), ProofDefectKind.NotCommitted, CommitRule.TwoChain);
        yield return Case("another block's nodes", Node(0, node => node with { Block = FakeKeys.Hash(8) }), ProofDefectKind.OtherBlock);
        yield return Case("a node that was changed", Node(0, node => node with { ParentView = ViewNumber.Zero }), ProofDefectKind.OtherBlock);
        yield return Case("a parent of another view", Node(1, node => node with { ParentView = ViewNumber.Zero }, isSealed: true), ProofDefectKind.OtherBlock);
        yield return Case("a height left out", Node(1, node => node with { Height = node.Height.Next }, isSealed: true), ProofDefectKind.OtherBlock);
        yield return Case("the largest height", Node(0, node => node with { Height = new SequenceNumber(ulong.MaxValue) }, isSealed: true), ProofDefectKind.OtherBlock);
        yield return Case("votes for another node", HotStuff(5, 6, 7) with { Votes = HotStuff(6, 7, 8).Votes }, ProofDefectKind.OtherBlock);
    }

    [Test]
    public void A_quorums_commits_prove_a_command() => Proves(Pbft(), CommitRule.ThreeChain);

    [TestCase(CommitRule.ThreeChain, 5ul, 6ul, 7ul)]
    [TestCase(CommitRule.ThreeChain, 2ul, 4ul, 5ul, 6ul)]
    [TestCase(CommitRule.TwoChain, 5ul, 6ul)]
    [TestCase(CommitRule.TwoChain, 5ul, 6ul, 7ul)]
    [TestCase(CommitRule.TwoChain, 2ul, 5ul, 6ul)]
    public void Certified_nodes_of_consecutive_views_prove_a_command(CommitRule rule, params ulong[] views) => Proves(HotStuff(views), rule);

    [TestCaseSource(nameof(Forgeries))]
    public void Nothing_else_proves_anything(object proof, CommitRule rule, object domain, ProofDefectKind expected)
    {
        var isProven = CommitProofVerifier.Verify((CommitProof)proof, (SigningDomain)domain, Members, rule, Keys, out var defect);

        Assert.That((isProven, defect?.Kind), Is.EqualTo((false, expected)), defect?.Detail);
    }

    [Test]
    public void The_largest_view_has_none_after_it() =>
        Assert.That(CommitProofVerifier.Verify(HotStuff(ulong.MaxValue, 0, 1), Domain, Members, CommitRule.ThreeChain, Keys, out var defect), Is.False, defect?.Detail);

    [Test]
    public void The_digest_of_a_batch_is_the_same_from_its_commands_and_from_their_digests() =>
        Assert.That(
            ContentDigests.OfBatch(new NodeId(1), 2, [Blake3.Hash("a"u8), Blake3.Hash(""u8)]),
            Is.EqualTo(ContentDigests.OfBatch(new NodeId(1), 2, [Bytes("a"), Bytes("")])));

    // What leads to an epoch goes with the proof in one file; who knows no epochs takes the file of another form for what it is.
    [Test]
    public void What_began_the_epoch_goes_with_the_proof_and_is_said_by_the_format()
    {
        var text = new CommitProofDocument(Pbft(), new LogIndex(41)) { Epochs = "{\"format\": \"x\", \"epochs\": [1, 2]}"u8.ToArray() }.ToUtf8();

        Assert.That(CommitProofDocument.TryParse(text, out var read, out var defect), Is.True, defect?.Detail);
        Assert.That(read!.ToUtf8(), Is.EqualTo(text));
        using var document = System.Text.Json.JsonDocument.Parse(read.Epochs);
        Assert.That(document.RootElement.GetProperty("epochs").GetArrayLength(), Is.EqualTo(2));
        Assert.That(Encoding.UTF8.GetString(text), Does.Contain("\"consensus-commit-proof-2\""));
        var older = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Replace("proof-2", "proof-1", StringComparison.Ordinal));
        Assert.That(CommitProofDocument.TryParse(older, out _, out defect), Is.False);
        Assert.That(defect!.Detail, Does.Contain("consensus-commit-proof-2"));
    }

    [Test]
    public void What_is_written_is_read_again([Values] bool isChain)
    {
        var proof = isChain ? HotStuff(5, 6, 7) : Pbft();
        var text = new CommitProofDocument(proof, new LogIndex(41)).ToUtf8();

        Assert.That(CommitProofDocument.TryParse(text, out var read, out var defect), Is.True, defect?.Detail);
        Assert.That(read!.Index, Is.EqualTo(new LogIndex(41)));
        Assert.That(read.ToUtf8(), Is.EqualTo(text));
        Proves(read.Proof, CommitRule.ThreeChain);
    }

    [Test]
    public void Any_other_text_is_refused_or_proves_nothing_else([Range(0, 9)] int seed)
    {
        var text = new CommitProofDocument(HotStuff(5, 6, 7), new LogIndex(41)).ToUtf8();
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var altered = (byte[])text.Clone();
            altered[random.Next(altered.Length)] = (byte)random.Next(256);
            if (CommitProofDocument.TryParse(altered, out var read, out _)
                && CommitProofVerifier.Verify(read.Proof, Domain, Members, CommitRule.ThreeChain, Keys, out _))
            {
                Assert.That((read.Proof with { Votes = HotStuff(5, 6, 7).Votes }).Command.ComputeBlockDigest(), Is.EqualTo(Command().ComputeBlockDigest()));
                Assert.That(read.Proof.Command.Payload.ToArray(), Is.EqualTo(Command().Payload.ToArray()));
            }
        }
    }

    [TestCase("{}", "no such object")]
    [TestCase("null", "is null")]
    [TestCase("[]", "no such object")]
    public void What_is_no_proof_is_refused_with_a_reason(string text, string why)
    {
        Assert.That(CommitProofDocument.TryParse(Encoding.UTF8.GetBytes(text), out _, out var defect), Is.False);
        Assert.That((defect!.Kind, defect.Detail), Is.EqualTo((ProofDefectKind.Malformed, defect.Detail)));
        Assert.That(defect.Detail, Does.Contain(why));
    }

    private static void Proves(CommitProof proof, CommitRule rule)
    {
        Assert.That(CommitProofVerifier.Verify(proof, Domain, Members, rule, Keys, out var defect), Is.True, defect?.Detail);
        Assert.That(proof.Block, Is.EqualTo(new SequenceNumber(9)));
    }

    private static TestCaseData Case(string name, CommitProof proof, ProofDefectKind expected, CommitRule rule = CommitRule.ThreeChain, SigningDomain? domain = null) =>
        new TestCaseData(proof, rule, domain ?? Domain, expected).SetArgDisplayNames(name);

    private static CommitProof Changed(Func<ProvenCommand, ProvenCommand> change) => Pbft() with { Command = change(Command()) };

    private static QuorumCertificate Certify(StatementKind kind, Statement statement) => Keys.Certify(statement with { Kind = kind }, 10, 20, 40);

    private static QuorumCertificate Borrowed(QuorumCertificate votes) =>
        new(votes.Statement, Keys.Certify(votes.Statement with { View = new ViewNumber(4) }, 10, 20, 40).Signatures);

    /// <summary>A chain of which one node is another; if sealed, those after it refer to it, and the last one is voted for.</summary>
    private static CommitProof Node(int index, Func<ChainNode, ChainNode> change, bool isSealed = false)
    {
        var proof = HotStuff(5, 6, 7);
        var chain = proof.Chain.SetItem(index, change(proof.Chain[index]));
        for (var i = index + 1; isSealed && i < chain.Length; i++)
        {
            chain = chain.SetItem(i, chain[i] with { Parent = ContentDigests.OfNode(chain[i - 1]) });
        }

        return proof with { Chain = chain, Votes = isSealed ? Vote(chain[^1]) : proof.Votes };
    }
}
