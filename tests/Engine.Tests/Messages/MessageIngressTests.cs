using System.Buffers;

namespace Consensus.Engine.Tests.Messages;

public sealed class MessageIngressTests
{
    private static readonly NodeId Peer = new(2);

    [Test]
    public void A_good_frame_becomes_an_input_with_its_authenticated_sender()
    {
        var ingress = new MessageIngress(new Codec(_ => new Note()), new Verifier(MessageVerdict.Accepted));

        var isAccepted = ingress.TryAccept(Peer, new byte[1], out var input, out _);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(isAccepted, Is.True);
            Assert.That(input!.Message.Sender, Is.EqualTo(Peer));
            Assert.That(input.Message.Message, Is.EqualTo(new Note()));
        }
    }

    [Test]
    public void A_frame_that_is_no_message_is_refused_with_the_defect()
    {
        var ingress = new MessageIngress(new Codec(_ => throw new MessageFormatException("Byte 3 is wrong.")), new Verifier(MessageVerdict.Accepted));

        var isAccepted = ingress.TryAccept(Peer, new byte[1], out var input, out var defect);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(isAccepted, Is.False);
            Assert.That(input, Is.Null);
            Assert.That(defect, Is.EqualTo("Byte 3 is wrong."));
        }
    }

    [Test]
    public void A_message_that_fails_verification_is_refused_with_the_defect()
    {
        var ingress = new MessageIngress(new Codec(_ => new Note()), new Verifier(MessageVerdict.Invalid, "The signature is wrong."));

        var isAccepted = ingress.TryAccept(Peer, new byte[1], out var input, out var defect);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(isAccepted, Is.False);
            Assert.That(input, Is.Null);
            Assert.That(defect, Is.EqualTo("The signature is wrong."));
        }
    }

    [Test]
    public void A_message_that_nobody_needs_is_no_input_and_no_defect()
    {
        var ingress = new MessageIngress(new Codec(_ => new Note()), new Verifier(MessageVerdict.Unneeded, "whatever is wrong with it"));

        var isAccepted = ingress.TryAccept(Peer, new byte[1], out var input, out var defect);

        Assert.That((isAccepted, input, defect), Is.EqualTo((false, default(MessageReceived), default(string))));
    }

    // Otherwise it would pass for one that nobody needs.
    [Test]
    public void An_invalid_message_has_a_defect_even_if_its_verifier_names_none()
    {
        var ingress = new MessageIngress(new Codec(_ => new Note()), new Verifier(MessageVerdict.Invalid));

        Assert.That(ingress.TryAccept(Peer, new byte[1], out _, out var defect), Is.False);
        Assert.That(defect, Is.EqualTo("Note is not valid"));
    }

    // A bug in a codec must not look like a peer's fault.
    [Test]
    public void Any_other_exception_is_let_through()
    {
        var ingress = new MessageIngress(new Codec(_ => throw new InvalidOperationException()), new Verifier(MessageVerdict.Accepted));

        Assert.That(() => ingress.TryAccept(Peer, new byte[1], out _, out _), Throws.InvalidOperationException);
    }

    private sealed record Note : ProtocolMessage;

    private sealed class Codec(Func<ReadOnlyMemory<byte>, ProtocolMessage> decode) : IMessageCodec
    {
        public void Encode(ProtocolMessage message, IBufferWriter<byte> destination) => throw new NotSupportedException();

        public ProtocolMessage Decode(ReadOnlyMemory<byte> frame) => decode(frame);
    }

    private sealed class Verifier(MessageVerdict verdict, string? defect = null) : IMessageVerifier
    {
        public MessageVerdict Verify(NodeId sender, ProtocolMessage message, out string? found)
        {
            found = defect;
            return verdict;
        }
    }
}
