using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Consensus.Cryptography;

/// <summary>
/// What goes into the last compression of all. Repeating that compression with an output block number for a counter gives output of any
/// length, from any place on (specification, section 2.6).
/// </summary>
internal struct Blake3Root
{
    private Blake3ChainingValue _chainingValue;
    private Blake3Block _block;
    private uint _length;
    private Blake3Flags _flags;

    /// <summary>The root of an input that fits into one chunk: its last block.</summary>
    public static Blake3Root OfChunk(in Blake3Mode mode, ReadOnlySpan<byte> input)
    {
        Debug.Assert(input.Length <= Blake3Constants.ChunkSize);
        var root = default(Blake3Root);
        mode.Key.CopyTo(root._chainingValue);

        // All blocks but the last, which is full if the input is a positive multiple of the block size.
        var before = Math.Max(input.Length - 1, 0) / Blake3Constants.BlockSize * Blake3Constants.BlockSize;
        var first = Blake3Flags.ChunkStart;
        if (before > 0)
        {
            var compression = new Blake3Compression(0, mode.Flags, first, Blake3Flags.None);
            Blake3Kernel.Compress(mode.Path, root._chainingValue, input[..before], compression);
            first = Blake3Flags.None;
        }

        input[before..].CopyTo(root._block);
        root._length = (uint)(input.Length - before);
        root._flags = mode.Flags | first | Blake3Flags.ChunkEnd | Blake3Flags.Root;
        return root;
    }

    /// <summary>The root of a larger input, from its two children.</summary>
    public static Blake3Root OfParent(in Blake3Mode mode, ReadOnlySpan<byte> children)
    {
        Debug.Assert(children.Length == Blake3Constants.BlockSize);
        var root = default(Blake3Root);
        mode.Key.CopyTo(root._chainingValue);
        children.CopyTo(root._block);
        root._length = Blake3Constants.BlockSize;
        root._flags = mode.Flags | Blake3Flags.Parent | Blake3Flags.Root;
        return root;
    }

    /// <summary>The root above the complete subtrees on a stack, which stays as it is, and the last subtree to the right of them.</summary>
    public static Blake3Root OfStack(in Blake3Mode mode, ref Blake3Stack stack, ReadOnlySpan<byte> last)
    {
        Debug.Assert(stack.Count > 0);
        Span<byte> children = stackalloc byte[Blake3Constants.BlockSize];
        var left = children[..Blake3Constants.ChainingValueSize];
        var right = children[Blake3Constants.ChainingValueSize..];
        last.CopyTo(right);
        for (var i = stack.Count - 1; i > 0; i--)
        {
            stack[i].CopyTo(left);
            Blake3Kernel.Parents(mode, children);
            left.CopyTo(right);
        }

        stack[0].CopyTo(left);
        return OfParent(mode, children);
    }

    /// <summary>Fills <paramref name="output"/> with the output's bytes from <paramref name="offset"/> on.</summary>
    [SkipLocalsInit]
    public void Write(Blake3Path path, Span<byte> output, ulong offset)
    {
        Span<byte> block = stackalloc byte[Blake3Constants.BlockSize];
        var skip = (int)(offset % Blake3Constants.BlockSize);
        for (var number = offset / Blake3Constants.BlockSize; !output.IsEmpty; number++)
        {
            Blake3Kernel.Expand(path, _chainingValue, _block, _length, number, _flags, block);
            var part = block[skip..];
            part = part[..Math.Min(part.Length, output.Length)];
            part.CopyTo(output);
            output = output[part.Length..];
            skip = 0;
        }
    }
}
