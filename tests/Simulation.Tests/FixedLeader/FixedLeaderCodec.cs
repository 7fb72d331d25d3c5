using System.Buffers;
using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Simulation.Tests.FixedLeader;

/// <summary>Kind, index, time, kind of entry, chain, signature, payload: all but the last of fixed size.</summary>
internal sealed class FixedLeaderCodec : IMessageCodec
{
    private const int IndexAt = 1;
    private const int TimeAt = IndexAt + sizeof(ulong);
    private const int KindAt = TimeAt + sizeof(long);
    private const int ChainAt = KindAt + 1;
    private const int SignatureAt = ChainAt + Digest.Size;
    private const int PayloadAt = SignatureAt + Signature.Size;

    public void Encode(ProtocolMessage message, IBufferWriter<byte> destination)
    {
        switch (message)
        {
            case Propose { Entry: var entry } propose:
                Write(destination, 1, entry.Index, entry.Time, entry.Kind, entry.Chain, propose.Signature, entry.Payload.Span);
                break;
            case Vote vote:
                Write(destination, 2, vote.Index, default, default, vote.Chain, vote.Signature, []);
                break;
            case Forward forward:
                Write(destination, 3, default, forward.Time, forward.Kind, default, forward.Signature, forward.Payload.Span);
                break;
        }
    }

    public ProtocolMessage Decode(ReadOnlyMemory<byte> frame)
    {
        if (frame.Length < PayloadAt)
        {
            throw new MessageFormatException($"A message has {PayloadAt} bytes at least; this one has {frame.Length}.");
        }

        var bytes = frame.Span;
        var index = new LogIndex(BinaryPrimitives.ReadUInt64BigEndian(bytes[IndexAt..]));
        var time = new Timestamp(BinaryPrimitives.ReadInt64BigEndian(bytes[TimeAt..]));
        var kind = (EntryKind)bytes[KindAt];
        var chain = new Digest(bytes.Slice(ChainAt, Digest.Size));
        var signature = new Signature(bytes.Slice(SignatureAt, Signature.Size));
        return bytes[0] switch
        {
            1 => new Propose(new LogEntry(index, new Term(1), kind, time, frame[PayloadAt..], chain), signature, Lsn.Zero),
            2 => new Vote(index, chain, signature, Lsn.Zero),
            3 => new Forward(kind, time, frame[PayloadAt..], signature),
            var other => throw new MessageFormatException($"There is no kind {other}."),
        };
    }

    private static void Write(
        IBufferWriter<byte> destination, byte message, LogIndex index, Timestamp time, EntryKind kind, Digest chain, Signature signature, ReadOnlySpan<byte> payload)
    {
        var bytes = destination.GetSpan(PayloadAt + payload.Length);
        bytes[0] = message;
        BinaryPrimitives.WriteUInt64BigEndian(bytes[IndexAt..], index.Value);
        BinaryPrimitives.WriteInt64BigEndian(bytes[TimeAt..], time.UnixMilliseconds);
        bytes[KindAt] = (byte)kind;
        chain.CopyTo(bytes[ChainAt..]);
        signature.CopyTo(bytes[SignatureAt..]);
        payload.CopyTo(bytes[PayloadAt..]);
        destination.Advance(PayloadAt + payload.Length);
    }
}
