using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Consensus.Cryptography;

/// <summary>BLAKE3 of an input that comes in pieces. However it is cut, the result is that of <see cref="Blake3"/>.</summary>
/// <remarks>
/// Not safe for use by several threads at once. It allocates once, when it is made; <see cref="Reset"/> makes it fit for the next input.
/// Large pieces (64 KiB) are hashed about as fast as a whole input. Small ones are gathered into chunks of 1024 bytes, which are then
/// hashed one by one, at about a fifth of that speed.
/// </remarks>
public sealed class Blake3Hasher
{
    private readonly Blake3Flags _flags;
    private readonly Blake3Path _path;
    private readonly byte[] _buffer = new byte[Blake3Constants.ChunkSize];
    private Blake3ChainingValue _key;
    private Blake3Stack _stack;
    private int _buffered;
    private ulong _chunks;

    /// <summary>Makes a hasher without a key.</summary>
    public Blake3Hasher()
        : this(Blake3Mode.Hash(Blake3Paths.Best))
    {
    }

    /// <summary>Makes a hasher of the given mode.</summary>
    internal Blake3Hasher(in Blake3Mode mode)
    {
        mode.Key.CopyTo(_key);
        _flags = mode.Flags;
        _path = mode.Path;
    }

    /// <summary>Makes a hasher with a key.</summary>
    /// <param name="key">Exactly <see cref="Blake3.KeySize"/> bytes.</param>
    /// <returns>The hasher; it keeps a copy of the key.</returns>
    /// <exception cref="ArgumentException"><paramref name="key"/> is not 32 bytes long.</exception>
    public static Blake3Hasher CreateKeyed(ReadOnlySpan<byte> key) => new(Blake3Mode.Keyed(key, Blake3Paths.Best));

    /// <summary>Makes a hasher whose input is key material.</summary>
    /// <param name="context">The purpose, as for <see cref="Blake3.DeriveKey(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>.</param>
    /// <returns>The hasher.</returns>
    public static Blake3Hasher CreateDeriveKey(ReadOnlySpan<byte> context)
    {
        Span<byte> contextKey = stackalloc byte[Blake3.KeySize];
        return new Blake3Hasher(Blake3Mode.DeriveKey(context, contextKey, Blake3Paths.Best));
    }

    /// <summary>Appends to the input.</summary>
    /// <param name="input">The next piece, of any length.</param>
    public void Update(ReadOnlySpan<byte> input)
    {
        if (_buffered > 0)
        {
            var taken = Math.Min(input.Length, _buffer.Length - _buffered);
            input[..taken].CopyTo(_buffer.AsSpan(_buffered));
            _buffered += taken;
            input = input[taken..];
            if (input.IsEmpty)
            {
                return;
            }

            Absorb(_buffer);
            _buffered = 0;
        }

        // A chunk may be completed only once it is certain that it is not the last: at least one byte stays behind.
        while (input.Length > Blake3Constants.ChunkSize)
        {
            var untilBatchEnds = Blake3Tree.BatchChunks - (int)(_chunks % Blake3Tree.BatchChunks);
            var count = Math.Min(untilBatchEnds, (input.Length - 1) / Blake3Constants.ChunkSize);
            Absorb(input[..(count * Blake3Constants.ChunkSize)]);
            input = input[(count * Blake3Constants.ChunkSize)..];
        }

        input.CopyTo(_buffer);
        _buffered = input.Length;
    }

    /// <summary>Computes the digest of the input so far, which may still be continued.</summary>
    /// <returns>The first 32 bytes of the output.</returns>
    [SkipLocalsInit]
    public Digest Finalize()
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        Finalize(bytes);
        return new Digest(bytes);
    }

    /// <summary>Fills <paramref name="output"/> with the output for the input so far, which may still be continued.</summary>
    /// <param name="output">Any length. Shorter output is a prefix of longer.</param>
    public void Finalize(Span<byte> output) => Finalize(output, 0);

    /// <summary>Fills <paramref name="output"/> from a place in the middle of the output on, without computing what is before it.</summary>
    /// <param name="output">Any length.</param>
    /// <param name="offset">How many bytes of the output to leave out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The output would end beyond its 2^64 - 1 bytes.</exception>
    public void Finalize(Span<byte> output, ulong offset)
    {
        if (offset > ulong.MaxValue - (uint)output.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), offset, $"The output ends after 2^64 - 1 bytes; {output.Length} bytes from here on would not fit.");
        }

        MakeRoot().Write(_path, output, offset);
    }

    /// <summary>Forgets the input; key or context stay.</summary>
    public void Reset()
    {
        _stack.Clear();
        _buffered = 0;
        _chunks = 0;
    }

    private Blake3Mode Mode() => new(_key, _flags, _path);

    private Blake3Root MakeRoot()
    {
        var mode = Mode();
        var chunk = _buffer.AsSpan(0, _buffered);
        if (_stack.Count == 0)
        {
            return Blake3Root.OfChunk(mode, chunk);
        }

        Blake3ChainingValue last = _key;
        Blake3Kernel.Compress(_path, last, chunk, Blake3Compression.Chunk(_chunks, _flags));
        return Blake3Root.OfStack(mode, ref _stack, last);
    }

    /// <summary>Takes in full chunks that do not reach beyond the end of the current batch.</summary>
    [SkipLocalsInit]
    private void Absorb(ReadOnlySpan<byte> input)
    {
        const int Size = Blake3Constants.ChainingValueSize;
        var mode = Mode();
        var count = input.Length / Blake3Constants.ChunkSize;
        Debug.Assert(count <= Blake3Tree.BatchChunks);
        Span<byte> values = stackalloc byte[Blake3Tree.BatchValuesSize];
        Blake3Kernel.Chunks(mode, input, _chunks, values);

        // The chunks fall into subtrees of the one tree: each is as large as its place allows.
        for (var first = 0; first < count;)
        {
            var aligned = 1 << BitOperations.TrailingZeroCount(_chunks | Blake3Tree.BatchChunks);
            var size = Math.Min(aligned, 1 << BitOperations.Log2((uint)(count - first)));
            var subtree = values.Slice(first * Size, size * Size);
            Blake3Tree.Reduce(mode, subtree, 1);
            _chunks += (uint)size;
            _stack.Push(mode, subtree[..Size], _chunks);
            first += size;
        }
    }
}
