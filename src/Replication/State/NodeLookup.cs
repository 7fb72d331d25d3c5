namespace Consensus.Replication.State;

/// <summary>Finds one key below a node.</summary>
internal static class NodeLookup
{
    public static bool TryGet(Node? root, ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
    {
        var node = root;
        while (node is Branch branch && branch.Depth <= Nibbles.Count(key))
        {
            node = branch[branch.SlotOf(key)];
        }

        var isFound = node is Leaf && key.SequenceEqual(node.Key);
        value = isFound ? ((Leaf)node!).Value : default(ReadOnlyMemory<byte>);
        return isFound;
    }
}
