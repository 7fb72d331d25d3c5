using System.Buffers;
using System.Buffers.Binary;
using Consensus.Serialization;

namespace Consensus.Cryptography.Tests;

[TestFixture]
internal sealed class CertificateCodecTests
{
    private const int FirstSigner = 105;
    private const int SignerSize = 68;

    private static readonly FakeKeys Keys = new();
    private static readonly SignerSet Members = Keys.Members(7);

    private static readonly Statement Stated =
        new(FakeKeys.Domain(), StatementKind.HotStuffVote, new ViewNumber(7), new SequenceNumber(9), FakeKeys.Hash(3));

    private static byte[] Valid() => CertificateCodec.Encode(Keys.Certify(Stated, 10, 30, 40, 60, 70));

    [Test]
    public void A_certificate_comes_back_as_it_was()
    {
        var certificate = Keys.Certify(Stated, 10, 30, 40, 60, 70);

        Assert.That(CertificateCodec.TryDecode(CertificateCodec.Encode(certificate), Members, 5, out var decoded, out var defect), Is.True, defect?.Detail);
        Assert.Multiple(() =>
        {
            Assert.That(decoded!.Statement, Is.EqualTo(Stated));
            Assert.That(decoded.Signatures, Is.EqualTo(certificate.Signatures));
            Assert.That(decoded.ComputeDigest(), Is.EqualTo(certificate.ComputeDigest()));
        });
    }

    [Test]
    public void A_certificate_of_a_weak_quorum_comes_back_as_it_was() =>
        Assert.That(CertificateCodec.TryDecode(CertificateCodec.Encode(Keys.Certify(Stated, 20, 30, 40)), Members, Members.WeakQuorum, out _, out _), Is.True);

    [Test]
    public void The_bytes_are_those_of_the_documentation()
    {
        var signatures = new MemberSignature[]
        {
            new(new NodeId(0x0A), new Signature(Enumerable.Repeat((byte)0x11, 64).ToArray())),
            new(new NodeId(0x0B0C), new Signature(Enumerable.Repeat((byte)0x22, 64).ToArray())),
        };
        var statement = new Statement(
            new SigningDomain(new ClusterId(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff")), new Epoch(1), new Digest(Enumerable.Repeat((byte)0xE1, 32).ToArray())),
            StatementKind.Checkpoint,
            new ViewNumber(2),
            new SequenceNumber(3),
            new Digest(Enumerable.Repeat((byte)0xA5, 32).ToArray()));

        Assert.That(Convert.ToHexStringLower(CertificateCodec.Encode(new QuorumCertificate(statement, [.. signatures]))), Is.EqualTo(
            "00112233445566778899aabbccddeeff"
            + "0000000000000001"
            + string.Concat(Enumerable.Repeat("e1", 32))
            + "14"
            + "0000000000000002"
            + "0000000000000003"
            + string.Concat(Enumerable.Repeat("a5", 32))
            + "0000000a"
            + string.Concat(Enumerable.Repeat("11", 64))
            + "00000b0c"
            + string.Concat(Enumerable.Repeat("22", 64))));
    }

    private static IEnumerable<TestCaseData<byte[], CertificateDefectKind, string>> Defects()
    {
        yield return Case("empty", [], CertificateDefectKind.Malformed, "0 were given");
        yield return Case("a byte less", Valid()[..^1], CertificateDefectKind.Malformed, "444 were given");
        yield return Case("a byte more", [.. Valid(), 0], CertificateDefectKind.Malformed, "446 were given");
        yield return Case("no signer", Valid()[..FirstSigner], CertificateDefectKind.TooFewSigners, "0 signers; exactly 5");
        yield return Case("one signer less", Valid()[..^SignerSize], CertificateDefectKind.TooFewSigners, "4 signers; exactly 5");
        yield return Case("one signer more", CertificateCodec.Encode(Keys.Certify(Stated, 10, 30, 40, 50, 60, 70)), CertificateDefectKind.TooManySigners, "6 signers; exactly 5");
        yield return Case("a signer twice", WithSigners(10, 30, 30, 60, 70), CertificateDefectKind.RepeatedSigner, "Node 30 signed twice");
        yield return Case("a signer twice, apart", WithSigners(10, 30, 40, 30, 70), CertificateDefectKind.UnsortedSigners, "Node 30 is listed after node 40");
        yield return Case("the first signer last", WithSigners(30, 40, 60, 70, 10), CertificateDefectKind.UnsortedSigners, "Node 10 is listed after node 70");
        yield return Case("signer 0", WithSigners(0, 30, 40, 60, 70), CertificateDefectKind.UnsortedSigners, "ids begin at 1");
        yield return Case("a stranger", WithSigners(10, 30, 40, 60, 71), CertificateDefectKind.UnknownSigner, "Node 71 is none of the 7 members");
        yield return Case("a kind that does not exist", WithKind(0x7F), CertificateDefectKind.UnknownKind, "kind 127");
        yield return Case("no kind", WithKind(0), CertificateDefectKind.UnknownKind, "kind 0");

        static TestCaseData<byte[], CertificateDefectKind, string> Case(string name, byte[] bytes, CertificateDefectKind kind, string expected) =>
            new TestCaseData<byte[], CertificateDefectKind, string>(bytes, kind, expected).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Defects))]
    public void A_defect_is_named(byte[] bytes, CertificateDefectKind kind, string expected)
    {
        Assert.That(CertificateCodec.TryDecode(bytes, Members, 5, out var certificate, out var defect), Is.False);
        Assert.Multiple(() =>
        {
            Assert.That(certificate, Is.Null);
            Assert.That(defect!.Kind, Is.EqualTo(kind));
            Assert.That(defect.Detail, Does.Contain(expected));
        });
    }

    [TestCaseSource(nameof(Defects))]
    public void A_defect_is_named_within_a_message(byte[] bytes, CertificateDefectKind kind, string expected) =>
        Assert.That(
            () => Read(Framed(bytes)),
            Throws.TypeOf<MessagePackSerializationException>().With.Message.Contains(kind == CertificateDefectKind.Malformed && bytes.Length > 0 ? $"{bytes.Length}" : expected));

    [Test]
    public void Within_a_message_the_reader_stops_after_the_certificate()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        CertificateCodec.Write(ref writer, Keys.Certify(Stated, 10, 30, 40, 60, 70));
        writer.Write(42);
        writer.Flush();
        var reader = new MessagePackReader(output.WrittenMemory);

        var certificate = CertificateCodec.Read(ref reader, Members, 5);

        Assert.That(certificate.Statement, Is.EqualTo(Stated));
        Assert.That(reader.ReadInt32(), Is.EqualTo(42));
    }

    [Test]
    public void Within_a_message_only_the_shortest_length_is_allowed()
    {
        var bytes = Valid();
        byte[] header = [MessagePackCode.Bin32, 0, 0, (byte)(bytes.Length >> 8), (byte)bytes.Length];

        Assert.That(() => Read([.. header, .. bytes]), Throws.TypeOf<MessagePackSerializationException>().With.Message.Contains("shortest form"));
    }

    [Test]
    public void Within_a_message_nil_and_lengths_that_lie_are_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => Read([MessagePackCode.Nil]), Throws.TypeOf<MessagePackSerializationException>().With.Message.Contains("found nil"));
            Assert.That(() => Read([MessagePackCode.Bin32, 0x7F, 0xFF, 0xFF, 0xFF, 1]), Throws.TypeOf<MessagePackSerializationException>());
            Assert.That(() => Read(Framed(new byte[100_000])), Throws.TypeOf<MessagePackSerializationException>().With.Message.Contains("at most 513"));
        });
    }

    [Test]
    public void A_large_certificate_comes_back_from_a_message_in_pieces()
    {
        var members = Keys.Members(100);
        var certificate = Keys.Certify(Stated, [.. members.Members.Take(members.Quorum).Select(member => member.Id.Value)]);
        var bytes = Framed(CertificateCodec.Encode(certificate));
        var reader = new MessagePackReader(Segmented(bytes, 1000));

        Assert.That(CertificateCodec.Read(ref reader, members, members.Quorum).Signatures, Is.EqualTo(certificate.Signatures));
        Assert.That(reader.End, Is.True);
    }

    [TestCase(0)]
    [TestCase(8)]
    public void A_threshold_that_no_vote_can_reach_is_the_callers_mistake(int threshold) =>
        Assert.That(() => CertificateCodec.TryDecode(Valid(), Members, threshold, out _, out _), Throws.InstanceOf<ArgumentOutOfRangeException>());

    // Whatever decodes must be canonical: encoding it again gives the same bytes.
    [Test]
    public void Mutated_and_random_bytes_are_refused_or_canonical([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        for (var run = 0; run < 4000; run++)
        {
            var bytes = Mutation.Of(Valid(), random);
            if (CertificateCodec.TryDecode(bytes, Members, 5, out var certificate, out var defect))
            {
                Assert.That(CertificateCodec.Encode(certificate), Is.EqualTo(bytes), $"seed {seed}, run {run}");
            }
            else
            {
                Assert.That(defect.Detail, Is.Not.Empty, $"seed {seed}, run {run}");
            }
        }
    }

    [Test]
    public void Mutated_and_random_messages_are_refused_or_canonical([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        for (var run = 0; run < 2000; run++)
        {
            var bytes = Mutation.Of(Framed(Valid()), random);
            try
            {
                var reader = new MessagePackReader(bytes);
                var certificate = CertificateCodec.Read(ref reader, Members, 5);
                Assert.That(Framed(CertificateCodec.Encode(certificate)), Is.EqualTo(bytes[..(int)reader.Consumed]), $"seed {seed}, run {run}");
            }
            catch (MessagePackSerializationException)
            {
                // The only refusal that is allowed; anything else fails the test.
            }
        }
    }

    [Test]
    public void A_certificate_cannot_be_made_with_signers_that_do_not_grow()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => Keys.Certify(Stated), Throws.ArgumentException);
            Assert.That(() => Keys.Certify(Stated, 10, 10), Throws.ArgumentException.With.Message.Contains("must grow"));
            Assert.That(() => Keys.Certify(Stated, 20, 10), Throws.ArgumentException.With.Message.Contains("must grow"));
        });
    }

    [Test]
    public void The_identity_of_a_certificate_does_not_depend_on_who_signed() =>
        Assert.That(Keys.Certify(Stated, 10, 20, 30).ComputeDigest(), Is.EqualTo(Keys.Certify(Stated, 20, 30, 40).ComputeDigest()));

    private static byte[] WithSigners(params uint[] signers)
    {
        var bytes = Valid();
        for (var i = 0; i < signers.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(FirstSigner + (i * SignerSize)), signers[i]);
        }

        return bytes;
    }

    private static byte[] WithKind(byte kind)
    {
        var bytes = Valid();
        bytes[56] = kind;
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

    private static QuorumCertificate Read(byte[] bytes)
    {
        var reader = new MessagePackReader(bytes);
        return CertificateCodec.Read(ref reader, Members, 5);
    }

    private static ReadOnlySequence<byte> Segmented(byte[] bytes, int size)
    {
        var first = new Segment(bytes.AsMemory(0, size), 0);
        var last = first;
        for (var start = size; start < bytes.Length; start += size)
        {
            last = last.Append(bytes.AsMemory(start, Math.Min(size, bytes.Length - start)));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long start)
        {
            Memory = memory;
            RunningIndex = start;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
