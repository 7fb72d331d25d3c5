using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Consensus.Serialization;

namespace Consensus.Cryptography;

/// <summary>Proof that a leaf is in a tree, at a place, among so many.</summary>
/// <remarks>
/// <para>Immutable and safe to share between threads. 656 bytes for a leaf of a million. Canonical bytes, big-endian:</para>
/// <code>
/// offset  0  index 8, count 8
///        16  siblings from the leaf upwards, 32 each; how many follows from index and count
/// </code>
/// <para>Inside a message the bytes are one MessagePack value of type bin.</para>
/// </remarks>
public sealed class MerkleProof
{
    /// <summary>How many siblings there are at most: one for each bit of the number of leaves.</summary>
    public const int PathLengthMax = 64;

    private const int HeaderSize = 2 * sizeof(ulong);

    internal MerkleProof(ulong index, ulong count, ImmutableArray<Digest> path)
    {
        Index = index;
        Count = count;
        Path = path;
    }

    /// <summary>The place of the leaf, from zero.</summary>
    public ulong Index { get; }

    /// <summary>The number of leaves.</summary>
    public ulong Count { get; }

    /// <summary>The siblings from the leaf upwards.</summary>
    public ImmutableArray<Digest> Path { get; }

    /// <summary>The length of <see cref="Encode"/>'s result.</summary>
    public int EncodedSize => HeaderSize + (Path.Length * Digest.Size);

    /// <summary>Whether a tree with this root has such a leaf at <see cref="Index"/>. Time in the logarithm of the number of leaves; nothing is allocated.</summary>
    /// <param name="root">The root that is trusted.</param>
    /// <param name="leaf">What the leaf is said to hold.</param>
    public bool Verify(in Digest root, ReadOnlySpan<byte> leaf) => RootWith(MerkleHash.Leaf(leaf)) == root;

    /// <summary>Whether a tree with this root has a leaf at <see cref="Index"/> that holds the bytes of a digest.</summary>
    /// <param name="root">The root that is trusted.</param>
    /// <param name="leaf">What the leaf is said to hold.</param>
    public bool Verify(in Digest root, in Digest leaf) => RootWith(MerkleHash.Leaf(leaf)) == root;

    /// <summary>Gives the bytes of the proof.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[EncodedSize];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Writes the proof as one MessagePack value.</summary>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteBinHeader(EncodedSize);
        CopyTo(writer.GetSpan(EncodedSize));
        writer.Advance(EncodedSize);
    }

    /// <summary>Reads a proof that <see cref="Write"/> wrote.</summary>
    /// <param name="reader">Where the value begins.</param>
    /// <exception cref="MessagePackSerializationException">The bytes are no proof; nothing else is thrown for any bytes.</exception>
    public static MerkleProof Read(ref MessagePackReader reader)
    {
        Span<byte> bytes = stackalloc byte[HeaderSize + (PathLengthMax * Digest.Size)];
        var length = CanonicalBin.Read(ref reader, bytes, "Merkle proof", out var start);
        return TryDecode(bytes[..length], out var proof, out var defect)
            ? proof
            : throw new MessagePackSerializationException($"No Merkle proof at offset {start}: {defect}");
    }

    /// <summary>Reads a proof.</summary>
    /// <param name="bytes">The bytes, all of them.</param>
    /// <param name="proof">The proof, if the bytes are one.</param>
    /// <param name="defect">What is wrong, if they are not. Nothing is thrown for any bytes.</param>
    /// <returns>Whether the bytes are a proof.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out MerkleProof? proof, [NotNullWhen(false)] out string? defect)
    {
        proof = null;
        if (bytes.Length < HeaderSize)
        {
            defect = $"A proof has at least {HeaderSize} bytes; {bytes.Length} were given.";
            return false;
        }

        var index = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var count = BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..]);
        if (index >= count)
        {
            defect = $"Leaf {index} of a tree with {count}: the first has index 0.";
            return false;
        }

        var length = MerkleShape.PathLength(index, count);
        var rest = bytes[HeaderSize..];
        if (rest.Length != length * Digest.Size)
        {
            defect = $"Leaf {index} of {count} has {length} siblings of {Digest.Size} bytes on its way up; {rest.Length} bytes were given.";
            return false;
        }

        var path = ImmutableArray.CreateBuilder<Digest>(length);
        for (; !rest.IsEmpty; rest = rest[Digest.Size..])
        {
            path.Add(new Digest(rest[..Digest.Size]));
        }

        proof = new MerkleProof(index, count, path.MoveToImmutable());
        defect = null;
        return true;
    }

    private Digest RootWith(Digest hash)
    {
        var shape = new MerkleShape(Index, Count);
        foreach (ref readonly var sibling in Path.AsSpan())
        {
            shape.MoveUp(out var siblingIsLeft);
            hash = siblingIsLeft ? MerkleHash.Node(sibling, hash) : MerkleHash.Node(hash, sibling);
        }

        return MerkleHash.Root(Count, hash);
    }

    private void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, Index);
        BinaryPrimitives.WriteUInt64BigEndian(destination[sizeof(ulong)..], Count);
        var rest = destination[HeaderSize..];
        foreach (ref readonly var sibling in Path.AsSpan())
        {
            sibling.CopyTo(rest);
            rest = rest[Digest.Size..];
        }
    }
}
