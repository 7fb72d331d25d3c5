using System.Numerics;

namespace Consensus.Replication.State;

/// <summary>
/// A place where keys that have begun alike part: after <see cref="Depth"/> half bytes. At least two of its slots are occupied, so that the
/// shape of the tree follows from its keys alone.
/// </summary>
internal sealed class Branch(long stamp, byte[] key, int depth) : Node(stamp, key)
{
    /// <summary>The key that ends here, and sixteen half bytes.</summary>
    public const int SlotCount = 17;

    private BranchSlots _slots;

    /// <summary>How many half bytes all keys below have in common.</summary>
    public int Depth { get; } = depth;

    /// <summary>A bit for each occupied slot.</summary>
    public uint Occupied { get; private set; }

    /// <summary>How many slots are occupied.</summary>
    public int OccupiedCount => BitOperations.PopCount(Occupied);

    public Node? this[int slot]
    {
        get => _slots[slot];
        set
        {
            _slots[slot] = value;
            Occupied = value is null ? Occupied & ~(1u << slot) : Occupied | (1u << slot);
        }
    }

    /// <summary>The slot of a key that has at least <see cref="Depth"/> half bytes. Slots are in the order of the keys below them.</summary>
    public int SlotOf(ReadOnlySpan<byte> key) => Nibbles.Count(key) == Depth ? 0 : 1 + Nibbles.At(key, Depth);

    /// <summary>The first occupied slot from a slot on, or <see cref="SlotCount"/>.</summary>
    public int NextOccupied(int slot) => Math.Min(SlotCount, slot + BitOperations.TrailingZeroCount(Occupied >> slot));

    /// <summary>The same branch for another generation of the tree.</summary>
    public Branch CopyFor(long stamp) => new(stamp, Key, Depth) { _slots = _slots, Occupied = Occupied };
}
