namespace Consensus.Cryptography;

/// <summary>Walks from a leaf to the top of a tree: at each level there is a sibling to the left, one to the right, or none.</summary>
/// <remarks>
/// Level by level, neighbours are paired and an odd last one passes up as it is. That gives the tree of RFC 6962, section 2.1, which splits at the
/// largest power of two below the number of leaves.
/// </remarks>
internal ref struct MerkleShape(ulong index, ulong count)
{
    private ulong _place = index;
    private ulong _last = count - 1;

    /// <summary>The next level below the top that has a sibling.</summary>
    /// <param name="siblingIsLeft">On which side it is.</param>
    /// <returns>Whether there is one: false at the top.</returns>
    public bool MoveUp(out bool siblingIsLeft)
    {
        while (_last > 0)
        {
            siblingIsLeft = (_place & 1) != 0;
            var hasSibling = siblingIsLeft || _place < _last;
            _place >>= 1;
            _last >>= 1;
            if (hasSibling)
            {
                return true;
            }
        }

        siblingIsLeft = false;
        return false;
    }

    /// <summary>How many siblings a leaf has on its way up.</summary>
    public static int PathLength(ulong index, ulong count)
    {
        var shape = new MerkleShape(index, count);
        var length = 0;
        while (shape.MoveUp(out _))
        {
            length++;
        }

        return length;
    }
}
