using Consensus.Cryptography;

namespace Consensus.Engine.Tests.Commands;

public sealed class CommandEnvelopeTests
{
    [Test]
    public void An_envelope_is_read_as_it_was_written()
    {
        var bytes = new byte[CommandEnvelope.HeaderSize + 3];
        bytes.AsSpan(CommandEnvelope.HeaderSize).Fill(9);
        CommandEnvelope.WriteHeader(bytes, CommandKind.Command, new RequestId(new ClientId(ulong.MaxValue), 7), 5);

        var isRead = CommandEnvelope.TryRead(bytes, out var envelope);

        Assert.That(isRead, Is.True);
        var (kind, request, below, body) = (envelope.Kind, envelope.Request, envelope.AcknowledgedBelow, envelope.Body.ToArray());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(kind, Is.EqualTo(CommandKind.Command));
            Assert.That(request, Is.EqualTo(new RequestId(new ClientId(ulong.MaxValue), 7)));
            Assert.That(below, Is.EqualTo(5));
            Assert.That(body, Is.EqualTo(new byte[] { 9, 9, 9 }));
        }
    }

    [Test]
    public void The_bytes_are_those_of_the_documentation()
    {
        var bytes = new byte[CommandEnvelope.HeaderSize];
        CommandEnvelope.WriteHeader(bytes, CommandKind.OpenSession, new RequestId(new ClientId(1), 2), 3);

        Assert.That(Convert.ToHexString(bytes), Is.EqualTo("01" + "0100000000000000" + "0200000000000000" + "0300000000000000"));
    }

    [Test]
    public void A_header_without_space_for_it_is_refused() =>
        Assert.That(
            () => CommandEnvelope.WriteHeader(new byte[CommandEnvelope.HeaderSize - 1], CommandKind.Command, RequestId.None, 0),
            Throws.TypeOf<ArgumentOutOfRangeException>());

    [TestCase(0, 96, ExpectedResult = false)]
    [TestCase(1, 0, ExpectedResult = true)]
    [TestCase(2, 0, ExpectedResult = true)]
    [TestCase(3, 31, ExpectedResult = false)]
    [TestCase(3, 32, ExpectedResult = true)]
    [TestCase(3, 33, ExpectedResult = false)]
    [TestCase(4, 63, ExpectedResult = false)]
    [TestCase(4, 64, ExpectedResult = true)]
    [TestCase(5, 0, ExpectedResult = true)]
    [TestCase(6, 96, ExpectedResult = false)]
    [TestCase(255, 96, ExpectedResult = false)]
    public bool Only_known_kinds_with_all_that_belongs_to_them_are_read(byte kind, int rest)
    {
        var bytes = new byte[CommandEnvelope.HeaderSize + rest];
        bytes.AsSpan().Fill(7);
        bytes[0] = kind;
        return CommandEnvelope.TryRead(bytes, out _);
    }

    // The neutral element, and a second encoding of a point: under the one any signature is valid that anybody makes up, under the other none is.
    [TestCase("0100000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("EEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F")]
    [TestCase("F0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F")]
    public void A_session_is_not_opened_with_bytes_that_are_no_key(string key)
    {
        byte[] bytes = [(byte)CommandKind.OpenSessionWithKey, .. new byte[CommandEnvelope.HeaderSize - 1], .. Convert.FromHexString(key)];

        Assert.That(CommandEnvelope.TryRead(bytes, out _), Is.False);
    }

    [Test]
    public void A_signature_lies_between_header_and_body()
    {
        var bytes = Enumerable.Range(0, CommandEnvelope.OverheadBytesMax + 3).Select(value => (byte)value).ToArray();
        CommandEnvelope.WriteHeader(bytes, CommandKind.SignedCommand, new RequestId(new ClientId(5), 7), 6);

        Assert.That(CommandEnvelope.TryRead(bytes, out var envelope), Is.True);
        Assert.That(envelope.Signature, Is.EqualTo(new Signature(bytes.AsSpan(25, 64))));
        Assert.That(envelope.Key.IsNone, Is.True);
        Assert.That(envelope.Body.ToArray(), Is.EqualTo(bytes[89..]));
        Assert.That(CommandEnvelope.BodyOffset(bytes), Is.EqualTo(89));
    }

    [Test]
    public void Mutated_and_random_bytes_are_refused_or_read_without_loss([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        var valid = new byte[CommandEnvelope.OverheadBytesMax + 10];
        CommandEnvelope.WriteHeader(valid, CommandKind.SignedCommand, new RequestId(new ClientId(77), 12), 11);
        for (var run = 0; run < 4000; run++)
        {
            var bytes = Fuzz.Mutate(valid, random);
            if (!CommandEnvelope.TryRead(bytes, out var envelope))
            {
                Assert.That(bytes.Length < CommandEnvelope.OverheadBytesMax || bytes[0] is not (1 or 2 or 4 or 5), Is.True, $"seed {seed}, run {run}");
                continue;
            }

            var bodyAt = CommandEnvelope.BodyOffset(bytes);
            var again = new byte[bodyAt + envelope.Body.Length];
            CommandEnvelope.WriteHeader(again, envelope.Kind, envelope.Request, envelope.AcknowledgedBelow);
            envelope.Body.CopyTo(again.AsSpan(bodyAt));
            if (envelope.Kind == CommandKind.SignedCommand)
            {
                envelope.Signature.CopyTo(again.AsSpan(CommandEnvelope.HeaderSize));
            }
            else if (envelope.Kind == CommandKind.OpenSessionWithKey)
            {
                envelope.Key.CopyTo(again.AsSpan(CommandEnvelope.HeaderSize));
            }

            Assert.That(again, Is.EqualTo(bytes), $"seed {seed}, run {run}");
        }
    }
}
