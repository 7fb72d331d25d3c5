using Consensus.Byzantine;
using Consensus.Engine;
using Consensus.HotStuff.Messages;

namespace Consensus.HotStuff.Chain;

/// <summary>
/// Nodes with their blocks that do not lie on the branch that the log follows: one of them may be certified without this replica knowing, and be asked for, or
/// become the log's again. Kept on disk until the log has committed past them; of too many, the one of the lowest view goes.
/// </summary>
internal sealed class KeptNodes
{
    private readonly HotStuffState _state;
    private readonly Dictionary<Digest, Kept> _nodes = [];
    private readonly SortedSet<int> _free = [.. Enumerable.Range(0, HotStuffSlots.KeptMax)];

    public KeptNodes(HotStuffState state, RecoveredState recovered, NodeCodec codec)
    {
        _state = state;
        for (var place = 0; place < HotStuffSlots.KeptMax; place++)
        {
            if (recovered.Slots.TryGetValue(HotStuffSlots.Kept(place), out var value))
            {
                var (node, block) = HotStuffSlots.ReadKept(value, codec);
                if (_nodes.TryAdd(node.Hash, new Kept(node, block, place)))
                {
                    _free.Remove(place);
                }
            }
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _nodes.Count;

    public Node? Find(in Digest hash) => _nodes.GetValueOrDefault(hash)?.Node;

    public Block? BlockOf(in Digest hash) => _nodes.GetValueOrDefault(hash)?.Block;

    /// <summary>Keeps a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="block">Its block, in whatever memory.</param>
    /// <param name="isNeeded">Which of those that are here must stay.</param>
    public void Add(Node node, Block block, Predicate<Node> isNeeded)
    {
        if (_nodes.ContainsKey(node.Hash))
        {
            return;
        }

        if (_free.Count == 0)
        {
            var victim = _nodes.Values.Where(kept => !isNeeded(kept.Node)).MinBy(kept => kept.Node.View);
            if (victim is null)
            {
                return;
            }

            Remove(victim);
        }

        var place = _free.Min;
        _free.Remove(place);
        _nodes.Add(node.Hash, new Kept(node, block.Copy(), place));
        _state.Effects.Save(HotStuffSlots.Kept(place), HotStuffSlots.KeptValue(node, block));
    }

    /// <summary>The log has taken a node over.</summary>
    public void Remove(Node node)
    {
        if (_nodes.TryGetValue(node.Hash, out var kept))
        {
            Remove(kept);
        }
    }

    /// <summary>Everything up to a height is committed: of what conflicts with that, and of what follows it, nothing is certified any more.</summary>
    /// <param name="height">The height.</param>
    /// <param name="isOutdated">Whether a node of the log lies before it.</param>
    public void OnCommitted(SequenceNumber height, Predicate<Digest> isOutdated)
    {
        if (_nodes.Count == 0)
        {
            return;
        }

        var removed = new HashSet<Digest>();
        foreach (var kept in _nodes.Values.OrderBy(kept => kept.Node.Height).ToArray())
        {
            var parent = kept.Node.Justify.Hash;
            if (kept.Node.Height <= height || removed.Contains(parent) || isOutdated(parent))
            {
                removed.Add(kept.Node.Hash);
                Remove(kept);
            }
        }
    }

    private void Remove(Kept kept)
    {
        _nodes.Remove(kept.Node.Hash);
        _free.Add(kept.Place);
        _state.Effects.Save(HotStuffSlots.Kept(kept.Place), default);
    }

    private sealed record Kept(Node Node, Block Block, int Place);
}
