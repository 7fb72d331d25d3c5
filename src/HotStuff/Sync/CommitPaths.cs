using Consensus.HotStuff.Chain;

namespace Consensus.HotStuff.Sync;

/// <summary>Finds the nodes that show that a height is committed, for replicas that lack an anchor and for callers who want proof.</summary>
internal sealed class CommitPaths(HotStuffState state, NodeTree tree)
{
    /// <summary>The lowest committed height whose node is remembered.</summary>
    public SequenceNumber Oldest
    {
        get
        {
            var oldest = state.Log.Committed;
            while (oldest > SequenceNumber.Zero && tree.At(oldest - 1) is not null)
            {
                oldest -= 1;
            }

            return oldest;
        }
    }

    /// <summary>The node of a height, and as many after it as commit it by the rules.</summary>
    /// <returns>The nodes, each the parent of the next, and the certificate of the last; none, if they are not here.</returns>
    public (Node[] Nodes, NodeCertificate Tip)? Of(SequenceNumber height)
    {
        if (height > state.Log.Committed || height == SequenceNumber.Zero || tree.At(height) is null || tree.Find(state.High.Hash) is not { } high)
        {
            return null;
        }

        var path = To(high, height - 1);
        for (var certified = 1; certified < path.Count; certified++)
        {
            if (state.Rules.CommittedBy(path[certified], tree.ParentOf) is { } committed && committed.Height >= height)
            {
                return ([.. path.Take(certified + 1)], certified + 1 < path.Count ? path[certified + 1].Justify : state.High);
            }
        }

        return null;
    }

    /// <summary>The nodes from one after a height up to one that is here.</summary>
    public List<Node> To(Node last, SequenceNumber after)
    {
        var path = new List<Node>();
        for (var node = last; node is not null && node.Height > after; node = tree.ParentOf(node))
        {
            path.Add(node);
        }

        path.Reverse();
        return path;
    }
}
