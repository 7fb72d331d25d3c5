using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Cryptography.Tests;

[TestFixture]
internal sealed class EvidenceCodecTests
{
    private static readonly FakeKeys Keys = new();

    private static readonly Statement Stated =
        new(FakeKeys.Domain(), StatementKind.PbftPrePrepare, new ViewNumber(7), new SequenceNumber(9), FakeKeys.Hash(3));

    [Test]
    public void Evidence_comes_back_as_it_was()
    {
        var evidence = Evidence();

        Assert.That(EvidenceCodec.TryDecode(EvidenceCodec.Encode(evidence), out var decoded, out var defect), Is.True, defect?.Detail);
        Assert.That((decoded!.First, decoded.Second), Is.EqualTo((evidence.First, evidence.Second)));
    }

    [Test]
    public void The_bytes_are_those_of_the_documentation()
    {
        var statement = new Statement(
            new SigningDomain(new ClusterId(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff")), new Epoch(1), new Digest(Repeated(0xE1, 32))),
            StatementKind.Checkpoint,
            new ViewNumber(2),
            new SequenceNumber(3),
            new Digest(Repeated(0xA5, 32)));
        var one = new SignedStatement(statement, new NodeId(0x0B0C), new Signature(Repeated(0x11, 64)));
        var other = new SignedStatement(statement with { View = new ViewNumber(4), Hash = new Digest(Repeated(0xA6, 32)) }, new NodeId(0x0B0C), new Signature(Repeated(0x22, 64)));
        EquivocationEvidence.TryCreate(other, one, out var evidence, out _);

        Assert.That(Convert.ToHexStringLower(EvidenceCodec.Encode(evidence!)), Is.EqualTo(
            "00112233445566778899aabbccddeeff"
            + "0000000000000001"
            + string.Concat(Enumerable.Repeat("e1", 32))
            + "14"
            + "00000b0c"
            + "0000000000000002"
            + "0000000000000003"
            + string.Concat(Enumerable.Repeat("a5", 32))
            + string.Concat(Enumerable.Repeat("11", 64))
            + "0000000000000004"
            + "0000000000000003"
            + string.Concat(Enumerable.Repeat("a6", 32))
            + string.Concat(Enumerable.Repeat("22", 64))));
    }

    private static IEnumerable<TestCaseData<byte[], EvidenceDefectKind, string>> Defects()
    {
        var valid = EvidenceCodec.Encode(Evidence());
        yield return Case("empty", [], EvidenceDefectKind.Malformed, "0 were given");
        yield return Case("a byte less", valid[..^1], EvidenceDefectKind.Malformed, "284 were given");
        yield return Case("a byte more", [.. valid, 0], EvidenceDefectKind.Malformed, "286");
        yield return Case("the other statement first", [.. valid[..61], .. valid[173..], .. valid[61..173]], EvidenceDefectKind.Malformed, "larger hash comes first");
        yield return Case("one statement twice", [.. valid[..173], .. valid[61..173]], EvidenceDefectKind.NoContradiction, "the same twice");
        yield return Case("a kind that does not exist", With(valid, 56, 0x7F), EvidenceDefectKind.UnknownKind, "kind 127");
        yield return Case("a kind that accuses nobody", With(valid, 56, (byte)StatementKind.PbftViewChange), EvidenceDefectKind.NotExclusive, "PbftViewChange");
        yield return Case("two views", With(valid, 68, 99), EvidenceDefectKind.OtherPlace, "view 99");
        yield return Case("signer 0", With(valid, 60, 0), EvidenceDefectKind.UnknownSigner, "ids begin at 1");

        static TestCaseData<byte[], EvidenceDefectKind, string> Case(string name, byte[] bytes, EvidenceDefectKind kind, string expected) =>
            new TestCaseData<byte[], EvidenceDefectKind, string>(bytes, kind, expected).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Defects))]
    public void A_defect_is_named(byte[] bytes, EvidenceDefectKind kind, string expected)
    {
        Assert.That(EvidenceCodec.TryDecode(bytes, out var evidence, out var defect), Is.False);
        Assert.Multiple(() =>
        {
            Assert.That(evidence, Is.Null);
            Assert.That(defect!.Kind, Is.EqualTo(kind));
            Assert.That(defect.Detail, Does.Contain(expected));
        });
    }

    [TestCaseSource(nameof(Defects))]
    public void A_defect_is_named_within_a_message(byte[] bytes, EvidenceDefectKind kind, string expected) =>
        Assert.That(
            () => Read(Framed(bytes)),
            Throws.TypeOf<MessagePackSerializationException>().With.Message.Contains(expected),
            $"{kind}");

    [Test]
    public void Within_a_message_the_reader_stops_after_the_evidence()
    {
        var evidence = Evidence();
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        EvidenceCodec.Write(ref writer, evidence);
        writer.Write(42);
        writer.Flush();
        var reader = new MessagePackReader(output.WrittenMemory);

        Assert.That(EvidenceCodec.Read(ref reader).First, Is.EqualTo(evidence.First));
        Assert.That(reader.ReadInt32(), Is.EqualTo(42));
    }

    [Test]
    public void Within_a_message_only_the_shortest_length_is_allowed()
    {
        var bytes = EvidenceCodec.Encode(Evidence());
        byte[] header = [MessagePackCode.Bin32, 0, 0, (byte)(bytes.Length >> 8), (byte)bytes.Length];

        Assert.That(() => Read([.. header, .. bytes]), Throws.TypeOf<MessagePackSerializationException>().With.Message.Contains("shortest form"));
    }

    // Whatever decodes must be canonical: encoding it again gives the same bytes.
    [Test]
    public void Mutated_and_random_messages_are_refused_or_canonical([Range(1, 6)] int seed)
    {
        var random = new Random(seed);
        var valid = Framed(EvidenceCodec.Encode(Evidence()));
        for (var run = 0; run < 3000; run++)
        {
            var bytes = Mutation.Of(valid, random);
            try
            {
                var reader = new MessagePackReader(bytes);
                var evidence = EvidenceCodec.Read(ref reader);
                Assert.That(Framed(EvidenceCodec.Encode(evidence)), Is.EqualTo(bytes[..(int)reader.Consumed]), $"seed {seed}, run {run}");
            }
            catch (MessagePackSerializationException)
            {
                // The only refusal that is allowed; anything else fails the test.
            }
        }
    }

    private static EquivocationEvidence Evidence() =>
        EquivocationEvidence.TryCreate(Keys.Sign(20, Stated), Keys.Sign(20, Stated with { Hash = FakeKeys.Hash(4) }), out var evidence, out var defect)
            ? evidence
            : throw new AssertionException(defect.Detail);

    private static byte[] With(byte[] valid, int offset, byte value)
    {
        var bytes = valid.ToArray();
        bytes[offset] = value;
        return bytes;
    }

    private static byte[] Framed(byte[] bytes)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.Write(bytes);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static EquivocationEvidence Read(byte[] bytes)
    {
        var reader = new MessagePackReader(bytes);
        return EvidenceCodec.Read(ref reader);
    }

    private static byte[] Repeated(byte value, int count) => [.. Enumerable.Repeat(value, count)];
}
