using System.Diagnostics.CodeAnalysis;

namespace Consensus.Engine;

/// <summary>
/// The stage between the network and the core: decodes and verifies. The only maker of <see cref="Verified{TMessage}"/>, so nothing
/// reaches a core around it.
/// </summary>
/// <remarks>Safe to use from any number of threads if the codec and verifier are.</remarks>
public sealed class MessageIngress
{
    private readonly IMessageCodec _codec;
    private readonly IMessageVerifier _verifier;

    /// <summary>Creates the stage for one engine.</summary>
    public MessageIngress(IMessageCodec codec, IMessageVerifier verifier)
    {
        _codec = codec;
        _verifier = verifier;
    }

    /// <summary>Turns a frame into an input for the core.</summary>
    /// <param name="sender">The peer that the transport authenticated.</param>
    /// <param name="frame">The bytes it sent; the input refers to them.</param>
    /// <param name="input">The input, if the frame is acceptable.</param>
    /// <param name="defect">What is wrong with the frame; <see langword="null"/> if it is accepted, or just not needed.</param>
    /// <returns>Whether there is an input.</returns>
    public bool TryAccept(NodeId sender, ReadOnlyMemory<byte> frame, [NotNullWhen(true)] out MessageReceived? input, out string? defect)
    {
        input = null;
        ProtocolMessage message;
        try
        {
            message = _codec.Decode(frame);
        }
        catch (MessageFormatException exception)
        {
            defect = exception.Message;
            return false;
        }

        (input, defect) = _verifier.Verify(sender, message, out defect) switch
        {
            MessageVerdict.Accepted => (new MessageReceived(new Verified<ProtocolMessage>(sender, message)), null),
            MessageVerdict.Unneeded => (null, null),
            MessageVerdict.Invalid => ((MessageReceived?)null, defect ?? $"{message.GetType().Name} is not valid"),
        };
        return input is not null;
    }
}
