using FsCheck;
using FsCheck.Fluent;

namespace Consensus.Cryptography.Tests;

[TestFixture]
internal sealed class StatementTests
{
    private static readonly Statement Original =
        new(FakeKeys.Domain(), StatementKind.PbftPrepare, new ViewNumber(7), new SequenceNumber(9), FakeKeys.Hash(3));

    private static readonly StatementKind[] Kinds = Enum.GetValues<StatementKind>();

    private static IEnumerable<TestCaseData<Statement>> Changes()
    {
        var domain = Original.Domain;
        yield return Named("the cluster", Original with { Domain = domain with { Cluster = FakeKeys.Domain(2).Cluster } });
        yield return Named("the epoch", Original with { Domain = domain with { Epoch = domain.Epoch.Next } });
        yield return Named("the epoch id", Original with { Domain = domain with { EpochId = FakeKeys.Hash(4) } });
        yield return Named("the kind", Original with { Kind = StatementKind.PbftCommit });
        yield return Named("the view", Original with { View = new ViewNumber(8) });
        yield return Named("the sequence", Original with { Sequence = new SequenceNumber(10) });
        yield return Named("the hash", Original with { Hash = FakeKeys.Hash(4) });
        yield return Named("view and sequence, exchanged", Original with { View = new ViewNumber(9), Sequence = new SequenceNumber(7) });
        yield return Named("epoch id and hash, exchanged", Original with { Domain = domain with { EpochId = Original.Hash }, Hash = domain.EpochId });

        static TestCaseData<Statement> Named(string what, Statement changed) => new TestCaseData<Statement>(changed).SetArgDisplayNames(what);
    }

    [Test]
    public void A_signature_is_valid_for_what_was_signed()
    {
        var keys = new FakeKeys();
        var signer = keys.Signer(1);

        Assert.That(Original.Verify(keys, signer.PublicKey, Original.Sign(signer)), Is.True);
    }

    [TestCaseSource(nameof(Changes))]
    public void A_signature_is_invalid_when_one_thing_changes(Statement changed)
    {
        var keys = new FakeKeys();
        var signer = keys.Signer(1);

        Assert.That(changed.Verify(keys, signer.PublicKey, Original.Sign(signer)), Is.False);
    }

    [Test]
    public void A_signature_for_one_kind_is_invalid_for_every_other([ValueSource(nameof(Kinds))] StatementKind signed, [ValueSource(nameof(Kinds))] StatementKind presented)
    {
        var keys = new FakeKeys();
        var signer = keys.Signer(1);
        var signature = (Original with { Kind = signed }).Sign(signer);

        Assert.That((Original with { Kind = presented }).Verify(keys, signer.PublicKey, signature), Is.EqualTo(signed == presented));
    }

    [Test]
    public void Each_kind_has_its_own_number_for_ever() =>
        Assert.That(Kinds.Select(kind => $"{kind}=0x{(byte)kind:x2}"), Is.EqualTo(new[]
        {
            "None=0x00",
            "CommandBatch=0x10",
            "PbftPrePrepare=0x11",
            "PbftPrepare=0x12",
            "PbftCommit=0x13",
            "Checkpoint=0x14",
            "PbftViewChange=0x15",
            "PbftNewView=0x16",
            "Snapshot=0x17",
            "HotStuffProposal=0x20",
            "HotStuffVote=0x21",
            "HotStuffTimeout=0x22",
            "Reply=0x30",
            "Request=0x31",
            "SealOrder=0x40",
            "Handover=0x41",
            "Floor=0x42",
            "EndReport=0x43",
            "ThreatReport=0x44",
            "ReturnConsent=0x45",
            "RaftMark=0x46",
        }));

    [Test]
    public void The_signed_bytes_are_those_of_the_documentation()
    {
        var cluster = new ClusterId(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"));
        var statement = new Statement(
            new SigningDomain(cluster, new Epoch(0x0102), new Digest(Enumerable.Repeat((byte)0xE1, 32).ToArray())),
            StatementKind.HotStuffVote,
            new ViewNumber(0x0304),
            new SequenceNumber(0x0506),
            new Digest(Enumerable.Repeat((byte)0xA5, 32).ToArray()));
        var bytes = new byte[Statement.SignedSize];
        statement.CopyTo(bytes);

        Assert.That(Convert.ToHexStringLower(bytes), Is.EqualTo(
            "636f6e73656e7375732d73746d742d31"
            + "00112233445566778899aabbccddeeff"
            + "0000000000000102"
            + string.Concat(Enumerable.Repeat("e1", 32))
            + "21"
            + "0000000000000304"
            + "0000000000000506"
            + string.Concat(Enumerable.Repeat("a5", 32))));
    }

    [Test]
    public void Two_statements_share_their_bytes_only_if_they_are_equal()
    {
        var digests = Gen.Choose(0, 1).Select(FakeKeys.Hash);
        var numbers = Gen.Elements(0UL, 1UL, 256UL, ulong.MaxValue);
        var statements =
            from cluster in Gen.Choose(1, 2)
            from epoch in numbers
            from epochId in digests
            from kind in Gen.Elements(Kinds)
            from view in numbers
            from sequence in numbers
            from hash in digests
            select new Statement(new SigningDomain(FakeKeys.Domain(cluster).Cluster, new Epoch(epoch), epochId), kind, new ViewNumber(view), new SequenceNumber(sequence), hash);
        var pairs = from first in statements from second in Gen.OneOf(statements, Gen.Constant(first)) select (first, second);
        Prop.ForAll(pairs.ToArbitrary(), pair => Bytes(pair.first).AsSpan().SequenceEqual(Bytes(pair.second)) == (pair.first == pair.second)).QuickCheckThrowOnFailure();
    }

    [Test]
    public void A_short_destination_is_refused() =>
        Assert.That(() => Original.CopyTo(new byte[Statement.SignedSize - 1]), Throws.ArgumentException.With.Message.Contains("121 bytes"));

    private static byte[] Bytes(Statement statement)
    {
        var bytes = new byte[Statement.SignedSize];
        statement.CopyTo(bytes);
        return bytes;
    }
}
