using System.Buffers;

namespace Consensus.Byzantine.Tests;

/// <summary>What holds for each message of either engine: written and read, altered on its way, and sent by another. The tests of the engines share this file, and name their messages.</summary>
/// <param name="codec">The engine's.</param>
/// <param name="verifier">The engine's, of node 4 among members 1 to 4.</param>
public sealed class MessageContract(IMessageCodec codec, IMessageVerifier verifier)
{
    private const int Alterations = 400;

    public byte[] Written(ProtocolMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        codec.Encode(message, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    public void WhatIsWrittenIsReadAgainAndAccepted(uint sender, ProtocolMessage message)
    {
        var bytes = Written(message);
        var read = codec.Decode(bytes);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verifier.Verify(new NodeId(sender), read, out var defect), Is.EqualTo(MessageVerdict.Accepted), defect);
            Assert.That(Written(read), Is.EqualTo(bytes));
        }
    }

    public void AlteredAndCutBytesAreRefusedOrAnotherMessage(uint sender, ProtocolMessage message)
    {
        var bytes = Written(message);
        var random = new DeterministicRandom(sender);
        for (var round = 0; round < Alterations; round++)
        {
            var altered = bytes[..(int)(random.NextBelow((ulong)bytes.Length) + 1)];
            altered[(int)random.NextBelow((ulong)altered.Length)] ^= (byte)(1 << (int)random.NextBelow(8));
            try
            {
                verifier.Verify(new NodeId(sender), codec.Decode(altered), out _);
            }
            catch (MessageFormatException)
            {
                // Refused; nothing else is ever thrown.
            }
        }
    }

    /// <param name="sender">Who has signed it, or passes it on.</param>
    /// <param name="message">The message.</param>
    /// <param name="isPassedOn">Whether any member may send it: its sender signs nothing in it.</param>
    public void NobodyElseCanSendWhatAMemberHasSigned(uint sender, ProtocolMessage message, bool isPassedOn)
    {
        var other = new NodeId(sender == 4 ? 1 : 4u);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verifier.Verify(other, message, out _), Is.EqualTo(isPassedOn ? MessageVerdict.Accepted : MessageVerdict.Invalid));
            Assert.That(verifier.Verify(new NodeId(9), message, out var defect), Is.EqualTo(MessageVerdict.Invalid));
            Assert.That(defect, Does.Contain("no member"));
        }
    }
}
