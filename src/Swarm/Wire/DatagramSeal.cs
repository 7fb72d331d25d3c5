using System.Buffers.Binary;
using System.Security.Cryptography;
using Consensus.Cryptography;

namespace Consensus.Swarm.Wire;

/// <summary>What surrounds a message in a datagram: the swarm and the sender before it, a keyed hash over all of that behind it. Immutable; safe to share between threads.</summary>
internal sealed class DatagramSeal(SwarmKey key, ClusterId swarm)
{
    /// <summary>What stands before the message.</summary>
    public const int HeadSize = sizeof(ushort) + sizeof(uint) + sizeof(uint);

    /// <summary>What stands behind it.</summary>
    public const int HashSize = 16;

    private const ushort Format = 0x4701;

    private readonly byte[] _key = key.ForDatagrams(swarm);
    private readonly uint _tag = SwarmTag.Of(swarm);

    /// <summary>Completes a datagram whose message is in its place already.</summary>
    public void Close(NodeId sender, Span<byte> datagram)
    {
        BinaryPrimitives.WriteUInt16BigEndian(datagram, Format);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[2..], _tag);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[6..], sender.Value);
        Blake3.KeyedHash(_key, datagram[..^HashSize], datagram[^HashSize..]);
    }

    /// <summary>Looks at a datagram.</summary>
    /// <param name="datagram">All of its bytes.</param>
    /// <param name="sender">Who says that it sent it; nobody, if it is not genuine.</param>
    public DatagramVerdict Open(ReadOnlySpan<byte> datagram, out NodeId sender)
    {
        sender = NodeId.None;
        if (datagram.Length <= HeadSize + HashSize || BinaryPrimitives.ReadUInt16BigEndian(datagram) != Format)
        {
            return DatagramVerdict.Foreign;
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(datagram[2..]) != _tag)
        {
            return DatagramVerdict.OtherSwarm;
        }

        Span<byte> hash = stackalloc byte[HashSize];
        Blake3.KeyedHash(_key, datagram[..^HashSize], hash);
        if (!CryptographicOperations.FixedTimeEquals(hash, datagram[^HashSize..]))
        {
            return DatagramVerdict.Forged;
        }

        sender = new NodeId(BinaryPrimitives.ReadUInt32BigEndian(datagram[6..]));
        return sender == NodeId.None ? DatagramVerdict.Foreign : DatagramVerdict.Genuine;
    }
}
