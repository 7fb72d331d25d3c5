using System.Buffers;
using System.Buffers.Binary;
using Consensus.Cryptography;

namespace Consensus.Replication.State;

/// <summary>Computes the hashes that are missing, children before parents, without recursion.</summary>
/// <remarks>
/// Leaf: <c>BLAKE3(00 ‖ key length (2) ‖ key ‖ value)</c>. Branch: <c>BLAKE3(01 ‖ depth (2) ‖ occupied slots (4) ‖ their hashes)</c>.
/// Empty tree: <c>BLAKE3()</c>. Numbers are little-endian.
/// </remarks>
internal static class NodeHasher
{
    private const byte LeafTag = 0;
    private const byte BranchTag = 1;
    private const int LeafHeaderSize = 3;
    private const int BranchHeaderSize = 7;
    private const int ScratchSize = 2048;
    private const int RentedMax = 256 * 1024;

    /// <summary>The hash of a tree.</summary>
    public static Digest Hash(Node? root)
    {
        if (root is null)
        {
            return Blake3.Hash([]);
        }

        if (!root.IsHashed)
        {
            HashMissing(root);
        }

        return root.Hash;
    }

    private static void HashMissing(Node root)
    {
        Span<byte> scratch = stackalloc byte[ScratchSize];
        if (root is Leaf only)
        {
            HashLeaf(only, scratch);
            return;
        }

        var open = new Stack<BranchCursor>();
        open.Push(new BranchCursor((Branch)root, 0));
        while (open.TryPop(out var cursor))
        {
            var branch = cursor.Branch;
            if (HashLeaves(branch, cursor.Slot, scratch, out var slot) is { } unhashed)
            {
                open.Push(new BranchCursor(branch, slot + 1));
                open.Push(new BranchCursor(unhashed, 0));
            }
            else
            {
                HashBranch(branch, scratch);
            }
        }
    }

    /// <summary>Hashes the leaves of a branch up to the first branch below it that needs hashing, which is returned.</summary>
    private static Branch? HashLeaves(Branch branch, int from, Span<byte> scratch, out int slot)
    {
        for (slot = branch.NextOccupied(from); slot < Branch.SlotCount; slot = branch.NextOccupied(slot + 1))
        {
            var child = branch[slot]!;
            if (child.IsHashed)
            {
                continue;
            }

            if (child is Branch unhashed)
            {
                return unhashed;
            }

            HashLeaf((Leaf)child, scratch);
        }

        return null;
    }

    private static void HashLeaf(Leaf leaf, Span<byte> scratch)
    {
        scratch[0] = LeafTag;
        BinaryPrimitives.WriteUInt16LittleEndian(scratch[1..], (ushort)leaf.Key.Length);
        leaf.Key.CopyTo(scratch[LeafHeaderSize..]);
        var length = LeafHeaderSize + leaf.Key.Length;
        if (leaf.Value.Length <= scratch.Length - length)
        {
            leaf.Value.CopyTo(scratch[length..]);
            leaf.KeepHash(Blake3.Hash(scratch[..(length + leaf.Value.Length)]));
            return;
        }

        leaf.KeepHash(length + leaf.Value.Length <= RentedMax ? HashRented(scratch[..length], leaf.Value) : HashPieces(scratch[..length], leaf.Value));
    }

    // In one piece, all chunks are hashed side by side.
    private static Digest HashRented(ReadOnlySpan<byte> header, ReadOnlySpan<byte> value)
    {
        var rented = ArrayPool<byte>.Shared.Rent(header.Length + value.Length);
        try
        {
            header.CopyTo(rented);
            value.CopyTo(rented.AsSpan(header.Length));
            return Blake3.Hash(rented.AsSpan(0, header.Length + value.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static Digest HashPieces(ReadOnlySpan<byte> header, ReadOnlySpan<byte> value)
    {
        var hasher = new Blake3Hasher();
        hasher.Update(header);
        hasher.Update(value);
        return hasher.Finalize();
    }

    private static void HashBranch(Branch branch, Span<byte> scratch)
    {
        scratch[0] = BranchTag;
        BinaryPrimitives.WriteUInt16LittleEndian(scratch[1..], (ushort)branch.Depth);
        BinaryPrimitives.WriteUInt32LittleEndian(scratch[3..], branch.Occupied);
        var length = BranchHeaderSize;
        for (var slot = branch.NextOccupied(0); slot < Branch.SlotCount; slot = branch.NextOccupied(slot + 1))
        {
            branch[slot]!.Hash.CopyTo(scratch[length..]);
            length += Digest.Size;
        }

        branch.KeepHash(Blake3.Hash(scratch[..length]));
    }
}
