using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Consensus.Cryptography;

/// <summary>Hashes an input that lies in memory as a whole.</summary>
internal static class Blake3Tree
{
    /// <summary>
    /// How many chunks are hashed and reduced to one chaining value in one go: a power of two, enough to fill sixteen lanes for most of the
    /// parents too, and little enough for the stack.
    /// </summary>
    public const int BatchChunks = 64;

    /// <summary>Bytes of a batch.</summary>
    public const int BatchSize = BatchChunks * Blake3Constants.ChunkSize;

    /// <summary>Bytes of a batch's chaining values.</summary>
    public const int BatchValuesSize = BatchChunks * Blake3Constants.ChainingValueSize;

    /// <summary>Computes the digest of <paramref name="input"/>.</summary>
    [SkipLocalsInit]
    public static Digest Hash(in Blake3Mode mode, ReadOnlySpan<byte> input)
    {
        Span<byte> bytes = stackalloc byte[Blake3Constants.ChainingValueSize];
        if (input.Length <= Blake3Constants.ChunkSize)
        {
            mode.Key.CopyTo(bytes);
            Blake3Kernel.Compress(mode.Path, bytes, input, Blake3Compression.Chunk(0, mode.Flags).AsRoot());
        }
        else
        {
            HashLong(mode, input, bytes);
        }

        return new Digest(bytes);
    }

    /// <summary>Fills <paramref name="output"/> with the first bytes of the output for <paramref name="input"/>.</summary>
    public static void Hash(in Blake3Mode mode, ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (input.Length <= Blake3Constants.ChunkSize)
        {
            Blake3Root.OfChunk(mode, input).Write(mode.Path, output, 0);
        }
        else
        {
            HashLong(mode, input, output);
        }
    }

    /// <summary>Reduces neighbouring chaining values, level by level, until at most <paramref name="limit"/> are left.</summary>
    /// <remarks>
    /// Pairing neighbours and passing the odd one up gives BLAKE3's tree: the left subtree of every node is the largest complete one that
    /// leaves something for the right.
    /// </remarks>
    /// <param name="mode">The mode.</param>
    /// <param name="values">The chaining values; what is left of them ends up at the front.</param>
    /// <param name="limit">One or two.</param>
    public static void Reduce(in Blake3Mode mode, Span<byte> values, int limit)
    {
        const int Size = Blake3Constants.ChainingValueSize;
        Debug.Assert(limit is 1 or 2);
        for (var count = values.Length / Size; count > limit; count = (count + 1) / 2)
        {
            var parents = count / 2;
            Blake3Kernel.Parents(mode, values[..(2 * parents * Size)]);
            if (count % 2 != 0)
            {
                values.Slice((count - 1) * Size, Size).CopyTo(values[(parents * Size)..]);
            }
        }
    }

    /// <summary>The chaining value of a subtree that is not the whole tree.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="input">What lies below it: one chunk or more, of which only the last of the whole input may be short.</param>
    /// <param name="firstChunk">The number of its first chunk.</param>
    [SkipLocalsInit]
    public static Digest Subtree(in Blake3Mode mode, ReadOnlySpan<byte> input, ulong firstChunk)
    {
        Span<byte> values = stackalloc byte[BatchValuesSize];
        if (input.Length <= BatchSize)
        {
            values = HashLastBatch(mode, input, firstChunk, values);
        }
        else
        {
            // Left is what BLAKE3 has there: the largest complete subtree that leaves something for the right.
            var left = (int)(BitOperations.RoundUpToPowerOf2((uint)input.Length) / 2);
            Subtree(mode, input[..left], firstChunk).CopyTo(values);
            Subtree(mode, input[left..], firstChunk + (ulong)(left / Blake3Constants.ChunkSize)).CopyTo(values[Blake3Constants.ChainingValueSize..]);
            values = values[..Blake3Constants.BlockSize];
        }

        Reduce(mode, values, 1);
        return new Digest(values[..Blake3Constants.ChainingValueSize]);
    }

    /// <summary>The work of a long input, apart so that a short one does not pay for the stack space.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void HashLong(in Blake3Mode mode, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> values = stackalloc byte[BatchValuesSize];
        Unsafe.SkipInit(out Blake3Stack stack);
        stack.Clear();
        ulong chunks = 0;
        for (; input.Length > BatchSize; input = input[BatchSize..])
        {
            Blake3Kernel.Chunks(mode, input[..BatchSize], chunks, values);
            Reduce(mode, values, 1);
            chunks += BatchChunks;
            stack.Push(mode, values[..Blake3Constants.ChainingValueSize], chunks);
        }

        values = HashLastBatch(mode, input, chunks, values);
        if (stack.Count > 0)
        {
            Reduce(mode, values, 1);
            Blake3Root.OfStack(mode, ref stack, values[..Blake3Constants.ChainingValueSize]).Write(mode.Path, output, 0);
        }
        else
        {
            Reduce(mode, values, 2);
            Blake3Root.OfParent(mode, values[..Blake3Constants.BlockSize]).Write(mode.Path, output, 0);
        }
    }

    /// <summary>The chaining values of the last chunks, of which the very last may be short.</summary>
    private static Span<byte> HashLastBatch(in Blake3Mode mode, ReadOnlySpan<byte> input, ulong firstChunk, Span<byte> values)
    {
        var fullChunks = input.Length / Blake3Constants.ChunkSize;
        var rest = input[(fullChunks * Blake3Constants.ChunkSize)..];
        Blake3Kernel.Chunks(mode, input[..^rest.Length], firstChunk, values);
        var size = fullChunks * Blake3Constants.ChainingValueSize;
        if (rest.IsEmpty)
        {
            return values[..size];
        }

        var last = values.Slice(size, Blake3Constants.ChainingValueSize);
        mode.Key.CopyTo(last);
        Blake3Kernel.Compress(mode.Path, last, rest, Blake3Compression.Chunk(firstChunk + (uint)fullChunks, mode.Flags));
        return values[..(size + Blake3Constants.ChainingValueSize)];
    }
}
