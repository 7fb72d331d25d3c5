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

    [TestCase(0, ExpectedResult = false)]
    [TestCase(1, ExpectedResult = true)]
    [TestCase(2, ExpectedResult = true)]
    [TestCase(3, ExpectedResult = false)]
    [TestCase(255, ExpectedResult = false)]
    public bool Only_known_kinds_are_read(byte kind)
    {
        var bytes = new byte[CommandEnvelope.HeaderSize];
        bytes[0] = kind;
        return CommandEnvelope.TryRead(bytes, out _);
    }

    [Test]
    public void Mutated_and_random_bytes_are_refused_or_read_without_loss([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        var valid = new byte[CommandEnvelope.HeaderSize + 10];
        CommandEnvelope.WriteHeader(valid, CommandKind.Command, new RequestId(new ClientId(77), 12), 11);
        for (var run = 0; run < 4000; run++)
        {
            var bytes = Fuzz.Mutate(valid, random);
            if (!CommandEnvelope.TryRead(bytes, out var envelope))
            {
                Assert.That(bytes.Length < CommandEnvelope.HeaderSize || bytes[0] is not (1 or 2), Is.True, $"seed {seed}, run {run}");
                continue;
            }

            var again = new byte[CommandEnvelope.HeaderSize + envelope.Body.Length];
            CommandEnvelope.WriteHeader(again, envelope.Kind, envelope.Request, envelope.AcknowledgedBelow);
            envelope.Body.CopyTo(again.AsSpan(CommandEnvelope.HeaderSize));
            Assert.That(again, Is.EqualTo(bytes), $"seed {seed}, run {run}");
        }
    }
}
