using System.Numerics;

namespace Consensus.Cryptography;

/// <summary>
/// Shows of each part of a long input, by itself, that it is a part of what has a certain BLAKE3 hash: whoever trusts the hash need not have the whole to reject a wrong part.
/// </summary>
/// <remarks>
/// <para>BLAKE3 is a Merkle tree over chunks of 1,024 bytes (specification, section 2.1). A part whose size is a power of two of chunks, at a multiple of its size, is a subtree,
/// and so is what is left at the end. Its proof are the chaining values of the subtrees beside its way up to the root, from the part upwards, 32 bytes each. No hash of its own is needed
/// beside that of the input.</para>
/// <para>Takes 64 bytes for each part. Not safe for use by several threads at once.</para>
/// </remarks>
public sealed class Blake3Outline
{
    /// <summary>The size of the smallest parts, in bytes.</summary>
    public const int PartSizeMin = Blake3Constants.ChunkSize;

    /// <summary>The size of the largest parts, in bytes.</summary>
    public const int PartSizeMax = 4 * 1024 * 1024;

    /// <summary>How many bytes a proof has at most: an input has less than 2^64 bytes.</summary>
    public const int ProofSizeMax = DepthMax * Digest.Size;

    private const int DepthMax = 54;

    private readonly List<List<Digest>> _levels = [[]];
    private bool _isComplete;

    /// <summary>Begins without parts.</summary>
    /// <param name="partSize">The size of each part but the last in bytes: a power of two, from <see cref="PartSizeMin"/> to <see cref="PartSizeMax"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is none of those.</exception>
    public Blake3Outline(int partSize)
    {
        if (!IsPartSize(partSize))
        {
            throw new ArgumentOutOfRangeException(nameof(partSize), partSize, $"A part has a power of two of bytes, from {PartSizeMin} to {PartSizeMax}.");
        }

        PartSize = partSize;
    }

    /// <summary>The size of each part but the last in bytes.</summary>
    public int PartSize { get; }

    /// <summary>The largest size that parts can have within a limit.</summary>
    /// <param name="bytesMax">The limit, at least <see cref="PartSizeMin"/>.</param>
    public static int PartSizeWithin(int bytesMax) => Math.Min(PartSizeMax, (int)(BitOperations.RoundUpToPowerOf2((uint)bytesMax + 1) / 2));

    /// <summary>Appends the next part.</summary>
    /// <param name="part">As many bytes as a part has; the last one may have fewer, but at least one.</param>
    /// <exception cref="ArgumentException">It has more or none, or follows a shorter one.</exception>
    public void Append(ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty || part.Length > PartSize || _isComplete)
        {
            throw new ArgumentException($"A part has {PartSize} bytes, and only the last may have fewer.", nameof(part));
        }

        var leaves = _levels[0];
        _isComplete = part.Length < PartSize;
        leaves.Add(Blake3Tree.Subtree(Mode, part, (ulong)leaves.Count * (ulong)(PartSize / Blake3Constants.ChunkSize)));
        _levels.RemoveRange(1, _levels.Count - 1);
    }

    /// <summary>Proves that a part is where it is.</summary>
    /// <param name="index">The number of the part, from zero.</param>
    /// <returns>The proof.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such part.</exception>
    public byte[] Prove(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _levels[0].Count);
        while (_levels[^1].Count > 1)
        {
            _levels.Add(Above(_levels[^1]));
        }

        var path = new List<byte>();
        Span<byte> bytes = stackalloc byte[Digest.Size];
        for (var level = 0; level < _levels.Count - 1; level++)
        {
            var sibling = (index >> level) ^ 1;
            if (sibling < _levels[level].Count)
            {
                _levels[level][sibling].CopyTo(bytes);
                path.AddRange(bytes);
            }
        }

        return [.. path];
    }

    /// <summary>Whether an input of a length that has a hash has a part.</summary>
    /// <param name="hash">The hash of the input, which is trusted.</param>
    /// <param name="length">The length of the input in bytes, 0 or more, which is trusted like the hash: a part that is not the last one does not show it.</param>
    /// <param name="offset">Where the part is said to begin. For any number the answer is no more than no.</param>
    /// <param name="part">What is said to be there.</param>
    /// <param name="proof">The proof.</param>
    public static bool Verify(in Digest hash, long length, long offset, ReadOnlySpan<byte> part, ReadOnlySpan<byte> proof)
    {
        if (offset == 0 && part.Length == length)
        {
            return proof.IsEmpty && Blake3.Hash(part) == hash;
        }

        Span<bool> liesRight = stackalloc bool[DepthMax];
        var depth = IsPlace(length, offset, part.Length) ? Descend(length, offset, part.Length, liesRight) : -1;
        if (depth <= 0 || proof.Length != depth * Digest.Size)
        {
            return false;
        }

        var mode = Mode;
        Span<byte> children = stackalloc byte[Blake3Constants.BlockSize];
        var value = Blake3Tree.Subtree(mode, part, (ulong)offset / Blake3Constants.ChunkSize);
        for (var level = depth - 1; level >= 0; level--)
        {
            var sibling = proof[..Digest.Size];
            proof = proof[Digest.Size..];
            value.CopyTo(liesRight[level] ? children[Digest.Size..] : children);
            sibling.CopyTo(liesRight[level] ? children : children[Digest.Size..]);
            if (level > 0)
            {
                Blake3Tree.Reduce(mode, children, 1);
            }
            else
            {
                Blake3Root.OfParent(mode, children).Write(mode.Path, children[..Digest.Size], 0);
            }

            value = new Digest(children[..Digest.Size]);
        }

        return value == hash;
    }

    private static Blake3Mode Mode => Blake3Mode.Hash(Blake3Paths.Best);

    private static bool IsPartSize(int size) => size is >= PartSizeMin and <= PartSizeMax && BitOperations.IsPow2(size);

    private static bool IsPlace(long length, long offset, int size) =>
        offset >= 0 && offset <= length && size > 0 && size <= length - offset && size <= PartSizeMax
        && offset % PartSizeMin == 0 && (offset + size == length || IsPartSize(size));

    /// <summary>Goes from the root down to the subtree that a part is.</summary>
    /// <returns>How deep it lies; -1, if the part is no subtree.</returns>
    private static int Descend(long length, long offset, int size, Span<bool> liesRight)
    {
        var (first, end) = (0L, ChunksOf(length));
        var (wantedFirst, wantedEnd) = (offset / Blake3Constants.ChunkSize, ChunksOf(offset + size));
        var depth = 0;
        while ((first, end) != (wantedFirst, wantedEnd))
        {
            // The left subtree is the largest complete one that leaves something for the right.
            var middle = first + (long)(BitOperations.RoundUpToPowerOf2((ulong)(end - first)) / 2);
            if (end - first < 2 || (wantedFirst < middle && wantedEnd > middle))
            {
                return -1;
            }

            liesRight[depth] = wantedFirst >= middle;
            (first, end) = liesRight[depth] ? (middle, end) : (first, middle);
            depth++;
        }

        return depth;
    }

    private static long ChunksOf(long bytes) => (bytes / Blake3Constants.ChunkSize) + (bytes % Blake3Constants.ChunkSize > 0 ? 1 : 0);

    private static List<Digest> Above(List<Digest> level)
    {
        var mode = Mode;
        var above = new List<Digest>((level.Count + 1) / 2);
        Span<byte> children = stackalloc byte[Blake3Constants.BlockSize];
        for (var i = 0; i + 1 < level.Count; i += 2)
        {
            level[i].CopyTo(children);
            level[i + 1].CopyTo(children[Digest.Size..]);
            Blake3Tree.Reduce(mode, children, 1);
            above.Add(new Digest(children[..Digest.Size]));
        }

        if (level.Count % 2 != 0)
        {
            above.Add(level[^1]);
        }

        return above;
    }
}
