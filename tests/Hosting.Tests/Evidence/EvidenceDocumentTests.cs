using System.Text;
using System.Text.Json.Nodes;
using Consensus.Cryptography;

namespace Consensus.Hosting.Tests.Evidence;

/// <summary>Evidence as a text: what is written is read again, and nothing else is.</summary>
[TestFixture]
public sealed class EvidenceDocumentTests
{
    private static readonly DateTimeOffset Seen = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SimulatedKeyRegistry Keys = new(1);

    private static readonly Statement Stated = new(
        new SigningDomain(new ClusterId(Guid.Parse(Settings.Cluster)), new Epoch(1), Blake3.Hash("epoch"u8)),
        StatementKind.PbftPrepare,
        new ViewNumber(7),
        new SequenceNumber(ulong.MaxValue),
        Blake3.Hash("one"u8));

    [Test]
    public void A_document_that_is_written_is_read_again()
    {
        var document = new EvidenceDocument(Equivocation(), Seen.ToOffset(TimeSpan.FromHours(2)));

        Assert.That(EvidenceDocument.TryParse(document.ToUtf8(), out var read, out var defect), Is.True, defect?.Detail);
        Assert.Multiple(() =>
        {
            Assert.That((read!.Evidence.First, read.Evidence.Second), Is.EqualTo((document.Evidence.First, document.Evidence.Second)));
            Assert.That((read.SeenAt, read.SeenAt.Offset), Is.EqualTo((Seen, TimeSpan.Zero)));
        });
    }

    [Test]
    public void The_text_is_the_one_of_the_documentation()
    {
        var evidence = Equivocation();
        var (first, second) = (evidence.First, evidence.Second);

        Assert.That(Encoding.UTF8.GetString(new EvidenceDocument(evidence, Seen).ToUtf8()), Is.EqualTo(
            $$"""
            {
              "format": "consensus-evidence-1",
              "seen_at": "2026-03-01T12:00:00+00:00",
              "cluster": "{{Settings.Cluster}}",
              "epoch": 1,
              "epoch_id": "{{Stated.Domain.EpochId}}",
              "signer": 3,
              "kind": "PbftPrepare",
              "statements": [
                {
                  "view": 7,
                  "sequence": 18446744073709551615,
                  "hash": "{{first.Statement.Hash}}",
                  "signature": "{{first.Signature}}"
                },
                {
                  "view": 7,
                  "sequence": 18446744073709551615,
                  "hash": "{{second.Statement.Hash}}",
                  "signature": "{{second.Signature}}"
                }
              ]
            }

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void The_order_of_the_statements_does_not_matter()
    {
        var document = Document();
        var statements = document["statements"]!.AsArray();
        document["statements"] = new JsonArray(statements[1]!.DeepClone(), statements[0]!.DeepClone());

        Assert.That(EvidenceDocument.TryParse(Utf8(document), out var read, out var defect), Is.True, defect?.Detail);
        Assert.That(read!.Evidence.First.Statement.Hash, Is.EqualTo(Equivocation().First.Statement.Hash));
    }

    private static IEnumerable<TestCaseData<string, EvidenceDefectKind, string>> Defects()
    {
        yield return Case("nothing", "", EvidenceDefectKind.Malformed, "allowed: one JSON object");
        yield return Case("null", "null", EvidenceDefectKind.Malformed, "The text is null");
        yield return Case("a list", "[]", EvidenceDefectKind.Malformed, "allowed: one JSON object");
        yield return Case("half of it", Text()[..100], EvidenceDefectKind.Malformed, "allowed: one JSON object");
        yield return Case("two of them", Text() + Text(), EvidenceDefectKind.Malformed, "allowed: one JSON object");
        yield return Case("a comment", "// seen today\n" + Text(), EvidenceDefectKind.Malformed, "allowed: one JSON object");
        yield return Case("a key too many", With("note", "he did it"), EvidenceDefectKind.Malformed, "note");
        yield return Case("a key twice", Text().Replace("\"signer\": 3", "\"signer\": 4, \"signer\": 3", StringComparison.Ordinal), EvidenceDefectKind.Malformed, "signer");
        yield return Case("a key in capitals", Text().Replace("\"signer\"", "\"Signer\"", StringComparison.Ordinal), EvidenceDefectKind.Malformed, "Signer");
        foreach (var key in new[] { "format", "seen_at", "cluster", "epoch", "epoch_id", "signer", "kind", "statements" })
        {
            yield return Case($"no {key}", Without(key), EvidenceDefectKind.Malformed, key);
            yield return Case($"{key} is null", With(key, null), EvidenceDefectKind.Malformed, "allowed: one JSON object");
        }

        yield return Case("another format", With("format", "consensus-evidence-2"), EvidenceDefectKind.Malformed, "format is not \"consensus-evidence-1\"");
        yield return Case("a cluster that is none", With("cluster", "production"), EvidenceDefectKind.Malformed, "cluster is no identity");
        yield return Case("a negative epoch", With("epoch", -1), EvidenceDefectKind.Malformed, "epoch");
        yield return Case("an epoch in quotes", With("epoch", "1"), EvidenceDefectKind.Malformed, "epoch");
        yield return Case("a short epoch id", With("epoch_id", "00"), EvidenceDefectKind.Malformed, "epoch_id is a text of 2 characters");
        yield return Case("a kind that does not exist", With("kind", "Gossip"), EvidenceDefectKind.UnknownKind, "kind is none that is known");
        yield return Case("a kind as a number", With("kind", "18"), EvidenceDefectKind.UnknownKind, "kind is none that is known");
        yield return Case("no kind", With("kind", "None"), EvidenceDefectKind.UnknownKind, "kind is none that is known");
        yield return Case("a kind that accuses nobody", With("kind", "Reply"), EvidenceDefectKind.NotExclusive, "several statements");
        yield return Case("signer 0", With("signer", 0), EvidenceDefectKind.UnknownSigner, "ids begin at 1");
        yield return Case("one statement", Change(document => document["statements"]!.AsArray().RemoveAt(1)), EvidenceDefectKind.Malformed, "statements has 1 items");
        yield return Case("a statement that is null", Change(document => document["statements"]![1] = null), EvidenceDefectKind.Malformed, "statements[1] is null");
        yield return Case("a hash that is none", Change(document => document["statements"]![1]!["hash"] = "x"), EvidenceDefectKind.Malformed, "statements[1].hash is a text of 1 characters");
        yield return Case("a short signature", Change(document => document["statements"]![0]!["signature"] = "00"), EvidenceDefectKind.Malformed, "statements[0].signature");
        yield return Case("another view", Change(document => document["statements"]![0]!["view"] = 8), EvidenceDefectKind.OtherPlace, "view 8");
        yield return Case("the same statement twice", Change(document => document["statements"]![0] = document["statements"]![1]!.DeepClone()), EvidenceDefectKind.NoContradiction, "the same twice");
        yield return Case("too long", Text() + new string(' ', EvidenceDocument.LengthMax), EvidenceDefectKind.Malformed, "more than 16384 bytes");

        static TestCaseData<string, EvidenceDefectKind, string> Case(string name, string text, EvidenceDefectKind kind, string expected) =>
            new TestCaseData<string, EvidenceDefectKind, string>(text, kind, expected).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Defects))]
    public void What_is_not_in_the_only_form_is_refused(string text, EvidenceDefectKind kind, string expected)
    {
        Assert.That(EvidenceDocument.TryParse(Encoding.UTF8.GetBytes(text), out var document, out var defect), Is.False);
        Assert.Multiple(() =>
        {
            Assert.That(document, Is.Null);
            Assert.That(defect!.Kind, Is.EqualTo(kind));
            Assert.That(defect.Detail, Does.Contain(expected));
        });
    }

    // Nothing is thrown for any text, and what verifies is the evidence that was written.
    [Test]
    public void Altered_texts_are_refused_or_the_same_evidence([Range(1, 6)] int seed)
    {
        var random = new Random(seed);
        var members = SignerSet.Create([new MemberKey(new NodeId(3), Keys.PublicKeyOf(new NodeId(3)))]);
        var valid = new EvidenceDocument(Equivocation(), Seen).ToUtf8();
        var identity = Equivocation().ComputeDigest();
        for (var run = 0; run < 3000; run++)
        {
            var text = valid.ToArray();
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                text[random.Next(text.Length)] = (byte)random.Next(random.Next(2) == 0 ? 128 : 256);
            }

            if (EvidenceDocument.TryParse(text, out var document, out var defect))
            {
                var verifies = EvidenceVerifier.Verify(document.Evidence, members, Keys, out _);
                Assert.That(verifies && document.Evidence.ComputeDigest() != identity, Is.False, $"seed {seed}, run {run}");
            }
            else
            {
                Assert.That(defect.Detail, Is.Not.Empty, $"seed {seed}, run {run}");
            }
        }
    }

    private static EquivocationEvidence Equivocation() =>
        EquivocationEvidence.TryCreate(Sign(Stated), Sign(Stated with { Hash = Blake3.Hash("two"u8) }), out var evidence, out var defect)
            ? evidence
            : throw new AssertionException(defect.Detail);

    private static SignedStatement Sign(in Statement statement) => new(statement, new NodeId(3), statement.Sign(Keys.CreateSigner(new NodeId(3))));

    private static JsonObject Document() => JsonNode.Parse(new EvidenceDocument(Equivocation(), Seen).ToUtf8())!.AsObject();

    private static string Text() => Encoding.UTF8.GetString(new EvidenceDocument(Equivocation(), Seen).ToUtf8());

    private static string With(string key, JsonNode? value) => Change(document => document[key] = value);

    private static string Without(string key) => Change(document => document.Remove(key));

    private static string Change(Action<JsonObject> change)
    {
        var document = Document();
        change(document);
        return Encoding.UTF8.GetString(Utf8(document));
    }

    private static byte[] Utf8(JsonObject document) => Encoding.UTF8.GetBytes(document.ToJsonString());
}
