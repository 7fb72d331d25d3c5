using System.Buffers;
using System.Buffers.Binary;

namespace Consensus.Cryptography;

/// <summary>
/// What the Byzantine engines agree on, as digests of digests: a batch over its commands, a block over its batches, a node of a chain over its block and its parent. In one place, because whoever
/// checks a proof away from any replica computes them again.
/// </summary>
/// <remarks>
/// <para>Big-endian; BLAKE3 over:</para>
/// <code>
/// batch   "consensus-batch1", origin 4, number 8, count 4, for each command the digest of its bytes 32
/// block   "consensus-block1", time 8, count 4, for each batch its digest 32
/// node    "consensus-node-1", view 8, height 8, parent's view 8, parent's hash 32, block 32, for each leader on record: id 4, term 8
/// </code>
/// <para>Pure, and safe to use from any number of threads.</para>
/// </remarks>
public static class ContentDigests
{
    private const int TagSize = 16;
    private const int BatchHeadSize = TagSize + sizeof(uint) + sizeof(ulong) + sizeof(int);
    private const int BlockHeadSize = TagSize + sizeof(long) + sizeof(int);
    private const int NodeHeadSize = TagSize + (3 * sizeof(ulong)) + (2 * Digest.Size);
    private const int FailedSize = sizeof(uint) + sizeof(ulong);

    /// <summary>The digest of a batch of commands.</summary>
    /// <param name="origin">Who submits it.</param>
    /// <param name="number">Its number among the batches of its origin.</param>
    /// <param name="commands">The commands in their order.</param>
    public static Digest OfBatch(NodeId origin, ulong number, ReadOnlySpan<ReadOnlyMemory<byte>> commands)
    {
        var size = BatchHeadSize + (commands.Length * Digest.Size);
        var rented = ArrayPool<byte>.Shared.Rent(size);
        var bytes = rented.AsSpan(0, size);
        WriteBatchHead(bytes, origin, number, commands.Length);
        var rest = bytes[BatchHeadSize..];
        foreach (ref readonly var command in commands)
        {
            Blake3.Hash(command.Span).CopyTo(rest);
            rest = rest[Digest.Size..];
        }

        var digest = Blake3.Hash(bytes);
        ArrayPool<byte>.Shared.Return(rented);
        return digest;
    }

    /// <summary>The digest of a batch of which only the digests of its commands are known.</summary>
    /// <inheritdoc cref="OfBatch(NodeId, ulong, ReadOnlySpan{ReadOnlyMemory{byte}})"/>
    public static Digest OfBatch(NodeId origin, ulong number, ReadOnlySpan<Digest> commands)
    {
        var bytes = new byte[BatchHeadSize + (commands.Length * Digest.Size)];
        WriteBatchHead(bytes, origin, number, commands.Length);
        Write(commands, bytes.AsSpan(BatchHeadSize));
        return Blake3.Hash(bytes);
    }

    /// <summary>The digest of a block.</summary>
    /// <param name="time">The proposer's clock.</param>
    /// <param name="batches">The digests of its batches, in their order.</param>
    public static Digest OfBlock(Timestamp time, ReadOnlySpan<Digest> batches)
    {
        var bytes = new byte[BlockHeadSize + (batches.Length * Digest.Size)];
        "consensus-block1"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(TagSize), time.UnixMilliseconds);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(TagSize + sizeof(long)), batches.Length);
        Write(batches, bytes.AsSpan(BlockHeadSize));
        return Blake3.Hash(bytes);
    }

    /// <summary>The hash of a node.</summary>
    public static Digest OfNode(in ChainNode node)
    {
        var bytes = new byte[NodeHeadSize + (node.Failed.Length * FailedSize)];
        "consensus-node-1"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), node.View.Value);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), node.Height.Value);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(32), node.ParentView.Value);
        node.Parent.CopyTo(bytes.AsSpan(40));
        node.Block.CopyTo(bytes.AsSpan(40 + Digest.Size));
        for (var i = 0; i < node.Failed.Length; i++)
        {
            var each = bytes.AsSpan(NodeHeadSize + (i * FailedSize));
            BinaryPrimitives.WriteUInt32BigEndian(each, node.Failed[i].Leader.Value);
            BinaryPrimitives.WriteUInt64BigEndian(each[sizeof(uint)..], node.Failed[i].Term);
        }

        return Blake3.Hash(bytes);
    }

    private static void WriteBatchHead(Span<byte> bytes, NodeId origin, ulong number, int count)
    {
        "consensus-batch1"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[TagSize..], origin.Value);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[(TagSize + sizeof(uint))..], number);
        BinaryPrimitives.WriteInt32BigEndian(bytes[(TagSize + sizeof(uint) + sizeof(ulong))..], count);
    }

    private static void Write(ReadOnlySpan<Digest> digests, Span<byte> destination)
    {
        foreach (ref readonly var digest in digests)
        {
            digest.CopyTo(destination);
            destination = destination[Digest.Size..];
        }
    }
}
