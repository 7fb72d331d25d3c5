using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Consensus.Cryptography;

/// <summary>Picks the kernel that does a piece of work on the path that the mode asks for.</summary>
/// <remarks>
/// Kernels know no lengths but what they are told. Every span is cut here to what its kernel touches, which fails if it is too short.
/// </remarks>
internal static class Blake3Kernel
{
    /// <summary>Compresses <paramref name="input"/> block by block into <paramref name="chainingValue"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compress(Blake3Path path, Span<byte> chainingValue, ReadOnlySpan<byte> input, in Blake3Compression compression)
    {
        ref var value = ref MemoryMarshal.GetReference(chainingValue[..Blake3Constants.ChainingValueSize]);
        ref var first = ref MemoryMarshal.GetReference(input);
        if (path == Blake3Path.Scalar)
        {
            ScalarKernel.Compress(ref value, ref first, input.Length, compression);
        }
        else
        {
            RowKernel.Compress(ref value, ref first, input.Length, compression);
        }
    }

    /// <summary>Computes the 64 bytes of output block <paramref name="counter"/>.</summary>
    public static void Expand(
        Blake3Path path,
        ReadOnlySpan<byte> chainingValue,
        ReadOnlySpan<byte> block,
        uint length,
        ulong counter,
        Blake3Flags flags,
        Span<byte> output)
    {
        ref var value = ref MemoryMarshal.GetReference(chainingValue[..Blake3Constants.ChainingValueSize]);
        ref var first = ref MemoryMarshal.GetReference(block[..Blake3Constants.BlockSize]);
        ref var destination = ref MemoryMarshal.GetReference(output[..Blake3Constants.BlockSize]);
        if (path == Blake3Path.Scalar)
        {
            ScalarKernel.Expand(ref value, ref first, length, counter, flags, ref destination);
        }
        else
        {
            RowKernel.Expand(ref value, ref first, length, counter, flags, ref destination);
        }
    }

    /// <summary>Computes the chaining values of the full chunks that <paramref name="input"/> consists of.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="input">A whole number of chunks.</param>
    /// <param name="firstChunk">The number of the first.</param>
    /// <param name="output">Room for a chaining value per chunk, rounded up to sixteen of them.</param>
    public static void Chunks(in Blake3Mode mode, ReadOnlySpan<byte> input, ulong firstChunk, Span<byte> output) =>
        CompressMany(mode, input, Blake3Constants.BlocksPerChunk, Blake3Compression.Chunk(firstChunk, mode.Flags), 1, output);

    /// <summary>
    /// Computes the chaining values of the parents whose children lie in <paramref name="children"/>, two by two, in their place.
    /// </summary>
    public static void Parents(in Blake3Mode mode, Span<byte> children) =>
        CompressMany(mode, children, 1, Blake3Compression.Parent(mode.Flags), 0, children);

    /// <remarks>
    /// Idle lanes cost nothing but are written, so a kernel is only given work that keeps more than half of its lanes busy: then what it
    /// writes for n parents fits where their 2n children were.
    /// </remarks>
    private static void CompressMany(
        in Blake3Mode mode, ReadOnlySpan<byte> input, int blocks, Blake3Compression compression, uint counterStep, Span<byte> output)
    {
        var size = blocks * Blake3Constants.BlockSize;
        Debug.Assert(input.Length % size == 0);
        ref var key = ref MemoryMarshal.GetReference(mode.Key[..Blake3Constants.ChainingValueSize]);
        for (var left = input.Length / size; left > 0;)
        {
            ref var first = ref MemoryMarshal.GetReference(input);
            int done;
            if (mode.Path >= Blake3Path.Vector512 && left > Lanes8.Count)
            {
                done = Math.Min(left, Lanes16.Count);
                ref var destination = ref Room(output, Lanes16.Count);
                LaneKernel<Lanes16, Vector512<uint>>.Compress(ref key, ref first, done, blocks, compression, counterStep, ref destination);
            }
            else if (mode.Path >= Blake3Path.Vector256 && left > Lanes4.Count)
            {
                done = Math.Min(left, Lanes8.Count);
                ref var destination = ref Room(output, Lanes8.Count);
                LaneKernel<Lanes8, Vector256<uint>>.Compress(ref key, ref first, done, blocks, compression, counterStep, ref destination);
            }
            else if (mode.Path >= Blake3Path.Vector128 && left > 1)
            {
                done = Math.Min(left, Lanes4.Count);
                ref var destination = ref Room(output, Lanes4.Count);
                LaneKernel<Lanes4, Vector128<uint>>.Compress(ref key, ref first, done, blocks, compression, counterStep, ref destination);
            }
            else
            {
                done = 1;
                Blake3ChainingValue value = default;
                mode.Key.CopyTo(value);
                Compress(mode.Path, value, input[..size], compression);
                ((ReadOnlySpan<byte>)value).CopyTo(output);
            }

            left -= done;
            compression = compression with { Counter = compression.Counter + ((ulong)(uint)done * counterStep) };
            input = input[(done * size)..];
            output = output[(done * Blake3Constants.ChainingValueSize)..];
        }
    }

    private static ref byte Room(Span<byte> output, int lanes) =>
        ref MemoryMarshal.GetReference(output[..(lanes * Blake3Constants.ChainingValueSize)]);
}
