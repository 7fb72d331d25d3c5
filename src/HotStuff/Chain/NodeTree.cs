using Consensus.Byzantine;
using Consensus.Engine;
using Consensus.HotStuff.Messages;

namespace Consensus.HotStuff.Chain;

/// <summary>
/// The nodes that this replica has, with their blocks and all before them. The log follows one branch, that of the node of the highest view; what lies on others is
/// kept beside it. Everything in the tree is on disk, or on its way there in the order in which it came.
/// </summary>
internal sealed class NodeTree
{
    private readonly HotStuffState _state;
    private readonly KeptNodes _kept;
    private readonly List<Placed> _branch = [];
    private readonly Dictionary<Digest, Node> _byHash = [];
    private readonly List<SequenceNumber> _stale = [];
    private SequenceNumber _committed;

    public NodeTree(HotStuffState state, RecoveredState recovered)
    {
        _state = state;
        var codec = new NodeCodec(state.Members);
        _kept = new KeptNodes(state, recovered, codec);
        Recover(recovered, codec);
        _committed = state.Log.Committed;
    }

    /// <summary>Whether the node of the last committed block is known. If not, the log was brought there by a checkpoint, and nothing can be added yet.</summary>
    public bool IsAnchored { get; private set; }

    /// <summary>The last node of the log's branch: of all that are here the one of the highest view.</summary>
    public Node Tip => _branch.Count > 0 ? _branch[^1].Node : Node.Genesis;

    /// <summary>How many nodes there are beside the log.</summary>
    public int KeptCount => _kept.Count;

    /// <summary>How many nodes of the log's branch are remembered.</summary>
    public int BranchCount => _branch.Count;

    private SequenceNumber First => _branch[0].Node.Height;

    /// <summary>The node of a height on the log's branch, as far back as nodes are remembered.</summary>
    public Node? At(SequenceNumber height) =>
        _branch.Count > 0 && height >= First && height <= Tip.Height ? _branch[(int)(height - First)].Node : null;

    public bool IsOnBranch(Node node) => _byHash.ContainsKey(node.Hash);

    /// <summary>The node with a hash, if it is here with all before it.</summary>
    public Node? Find(in Digest hash)
    {
        if (!IsAnchored)
        {
            return null;
        }

        var found = _byHash.GetValueOrDefault(hash) ?? _kept.Find(hash);
        for (var node = found; node is null || !IsOnBranch(node); node = _byHash.GetValueOrDefault(node.Justify.Hash) ?? _kept.Find(node.Justify.Hash))
        {
            if (node is null)
            {
                return null;
            }
        }

        return found;
    }

    public Node? ParentOf(Node node) => Find(node.Justify.Hash);

    /// <summary>Whether a node is another one, or has it among its ancestors.</summary>
    public bool Extends(Node node, in NodePlace ancestor)
    {
        var at = node;
        while (at is not null && at.Height > ancestor.Height)
        {
            at = IsOnBranch(at) ? At(ancestor.Height) : ParentOf(at);
        }

        return at is not null && at.Hash == ancestor.Hash;
    }

    /// <summary>Adds a node whose parent is here. If its view is the highest, the log follows it.</summary>
    /// <returns>Whether it is here now.</returns>
    public bool TryAdd(Node node, Block block)
    {
        Invariant.Holds(block.Digest == node.Payload, "A node's block is the one that it names.");
        if (Find(node.Hash) is not null)
        {
            return true;
        }

        if (!_state.AcceptsWrites || node.Height <= _state.Log.Committed || !IsInBounds(node, block)
            || ParentOf(node) is not { } parent || parent.Height.Next != node.Height || parent.View >= node.View)
        {
            return false;
        }

        if (node.View > Tip.View)
        {
            Follow(parent, new FullNode(node, block));
        }
        else
        {
            _kept.Add(node, block, IsNeeded);
        }

        return true;
    }

    /// <summary>Lets the log follow a node, also if there is one of a higher view: it is committed.</summary>
    public void SwitchTo(Node node) => Follow(node, next: null);

    /// <summary>Takes what the log has from a height on out of it.</summary>
    public void GiveUp(SequenceNumber first)
    {
        KeepFrom(first);
        Truncate(first);
    }

    /// <summary>The log may have committed more, or was brought further by blocks or a snapshot, without nodes.</summary>
    public void OnLogMoved()
    {
        var before = _committed;
        _committed = _state.Log.Committed;
        if (_committed == before)
        {
            return;
        }

        if (_branch.Count == 0 || Tip.Height < _committed || _state.Log.Base > before)
        {
            Unanchor();
        }

        _kept.OnCommitted(_committed, hash => _byHash.TryGetValue(hash, out var node) && node.Height < _committed);
    }

    /// <summary>The node of the last committed block turns out to be another one than was thought, or is not known.</summary>
    public void Unanchor()
    {
        GiveUp(_state.Log.Committed.Next);
        _branch.Clear();
        _byHash.Clear();
        _state.Effects.Save(HotStuffSlots.Node(_state.Log.Committed, _state.Options.RememberedBlocks), default);
        IsAnchored = false;
    }

    /// <summary>The node of the last committed block is proven.</summary>
    public void AnchorAt(Node node)
    {
        Invariant.Holds(!IsAnchored && node.Height == _state.Log.Committed && _state.Log.Last == _state.Log.Committed, "The chain goes on after the last committed block.");
        _state.Effects.Save(HotStuffSlots.Node(node.Height, _state.Options.RememberedBlocks), HotStuffSlots.NodeValue(node));
        Place(node, hasCommands: false);
        IsAnchored = true;
    }

    /// <summary>A checkpoint is stable: nodes that lie a window before it are not asked for any more.</summary>
    public void OnStable()
    {
        var window = (ulong)_state.Options.WindowBlocks;
        var outdated = 0;
        while (outdated < _branch.Count - 1 && _branch[outdated].Node.Height + window <= _state.Stable.Number && _branch[outdated].Node.Height < _state.Log.Committed)
        {
            _byHash.Remove(_branch[outdated].Node.Hash);
            outdated++;
        }

        _branch.RemoveRange(0, outdated);
    }

    /// <summary>After a restart: removes what a crash has left behind, and forgets nodes that are remembered on disk only because no others have come in their place.</summary>
    public void Start()
    {
        foreach (var height in _stale)
        {
            _state.Effects.Save(HotStuffSlots.Node(height, _state.Options.RememberedBlocks), default);
        }

        _stale.Clear();
        OnStable();
        Truncate((IsAnchored ? Tip.Height : _state.Log.Committed).Next);
    }

    /// <summary>The time that the log carries after a node, if it follows it. Of nodes before the log's beginning, that of the beginning.</summary>
    public Timestamp TimeAfter(Node node)
    {
        var latest = new Timestamp(long.MinValue);
        var at = node;
        while (!IsOnBranch(at))
        {
            var time = _kept.BlockOf(at.Hash)!.Time;
            latest = time > latest ? time : latest;
            at = ParentOf(at)!;
        }

        var before = _state.Log.TimeAfter(SequenceNumber.Max(at.Height, _state.Log.Base));
        return before > latest ? before : latest;
    }

    /// <summary>The block of a node that is here.</summary>
    public Block BlockOf(Node node) => IsOnBranch(node) ? _state.Log.Read(node.Height) : _kept.BlockOf(node.Hash)!;

    /// <summary>What the block of a node that is here is as a part of an answer.</summary>
    public AnswerPart PartOf(Node node) => IsOnBranch(node) ? AnswerPart.Of(_state.Log, node.Height) : AnswerPart.Of(_kept.BlockOf(node.Hash)!);

    /// <summary>Whether the block of a node can be sent to others.</summary>
    public bool HasBlockOf(Node node) => IsOnBranch(node) ? _state.Log.Has(node.Height) : _kept.BlockOf(node.Hash) is not null;

    /// <summary>Whether callers wait for a node, or one before it, to be committed.</summary>
    public bool HasWorkUpTo(Node node)
    {
        for (var at = node; at is not null && at.Height > _state.Log.Committed; at = ParentOf(at))
        {
            if (IsOnBranch(at) ? _branch[(int)(at.Height - First)].HasBatches : _kept.BlockOf(at.Hash)!.Batches.Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The batches of a node and of those before it that are not committed.</summary>
    public HashSet<(NodeId Origin, ulong Number)> UncommittedBatches(Node node)
    {
        var batches = new HashSet<(NodeId Origin, ulong Number)>();
        for (var at = node; at is not null && at.Height > _state.Log.Committed; at = ParentOf(at))
        {
            if (IsOnBranch(at))
            {
                foreach (ref readonly var place in _state.Log.BatchesOf(at.Height))
                {
                    batches.Add((place.Origin, place.Number));
                }
            }
            else
            {
                foreach (var batch in _kept.BlockOf(at.Hash)!.Batches)
                {
                    batches.Add((batch.Origin, batch.Number));
                }
            }
        }

        return batches;
    }

    private bool IsInBounds(Node node, Block block) => _state.IsInWindow(node.Height) || (block.Batches.Length == 0 && _state.IsInReach(node.Height));

    /// <summary>Certificates must not lose their nodes: those of the highest one stay.</summary>
    private bool IsNeeded(Node node) => Extends(_state.HighNode, node.Place);

    /// <summary>The log's branch becomes that of a node, and then of another that has come. Blocks that are the same on both branches stay where they are.</summary>
    private void Follow(Node node, FullNode? next)
    {
        var path = new Stack<FullNode>();
        if (next is { } last)
        {
            path.Push(last);
        }

        var fork = node;
        while (!IsOnBranch(fork))
        {
            path.Push(new FullNode(fork, _kept.BlockOf(fork.Hash)!));
            fork = ParentOf(fork)!;
        }

        KeepFrom(fork.Height.Next);
        var isSame = true;
        foreach (var (each, block) in path)
        {
            isSame = isSame && _state.Log.Has(each.Height) && _state.Log.DigestOf(each.Height) == each.Payload;
            if (!isSame)
            {
                Truncate(each.Height);
            }

            _state.Effects.Save(HotStuffSlots.Node(each.Height, _state.Options.RememberedBlocks), HotStuffSlots.NodeValue(each));
            if (!isSame)
            {
                _state.Log.Append(block, _state.Effects);
            }

            Place(each, block.Batches.Length > 0);
            _kept.Remove(each);
        }

        Truncate(Tip.Height.Next);
        Invariant.Holds(_state.Log.Last == Tip.Height, "A node's height is its block's number.");
    }

    /// <summary>Keeps the nodes of the branch from a height on, before their blocks leave the log: at no moment are they nowhere.</summary>
    private void KeepFrom(SequenceNumber first)
    {
        for (var height = first; At(height) is { } node; height = height.Next)
        {
            _kept.Add(node, _state.Log.Read(height), IsNeeded);
        }

        while (_branch.Count > 0 && Tip.Height >= first)
        {
            _byHash.Remove(Tip.Hash);
            _branch.RemoveAt(_branch.Count - 1);
        }
    }

    private void Truncate(SequenceNumber first)
    {
        var last = _state.Log.Last;
        if (first > last)
        {
            return;
        }

        _state.Log.Truncate(first, _state.Effects);
        for (var height = first; height <= last; height = height.Next)
        {
            _state.Effects.Save(HotStuffSlots.Node(height, _state.Options.RememberedBlocks), default);
        }
    }

    private void Place(Node node, bool hasCommands)
    {
        _branch.Add(new Placed(node, hasCommands));
        _byHash.Add(node.Hash, node);
    }

    /// <summary>The branch is what hangs together around the last committed block. A crash may have come while the log went from one branch to another.</summary>
    private void Recover(RecoveredState recovered, NodeCodec codec)
    {
        var remembered = _state.Options.RememberedBlocks;
        var nodes = new Dictionary<SequenceNumber, Node>();
        for (var slot = 0UL; slot < (ulong)remembered; slot++)
        {
            if (!recovered.Slots.TryGetValue(HotStuffSlots.Node(new SequenceNumber(slot), remembered), out var value))
            {
                continue;
            }

            var node = HotStuffSlots.ReadNode(value, codec);
            if (node.Height > _state.Log.Last)
            {
                _stale.Add(node.Height);
            }
            else if (!_state.Log.Has(node.Height) || _state.Log.DigestOf(node.Height) == node.Payload)
            {
                nodes[node.Height] = node;
            }
        }

        nodes[SequenceNumber.Zero] = Node.Genesis;
        if (!nodes.TryGetValue(_state.Log.Committed, out var anchor))
        {
            return;
        }

        var before = new Stack<Node>();
        for (var node = anchor; node is not null; node = node.Height > SequenceNumber.Zero && nodes.TryGetValue(node.Height - 1, out var parent) && parent.Hash == node.Justify.Hash ? parent : null)
        {
            before.Push(node);
        }

        foreach (var node in before)
        {
            Place(node, hasCommands: false);
        }

        while (nodes.TryGetValue(Tip.Height.Next, out var next) && next.Justify.Hash == Tip.Hash)
        {
            Place(next, _state.Log.Has(next.Height) && _state.Log.BatchesOf(next.Height).Length > 0);
        }

        IsAnchored = true;
    }

    private readonly record struct Placed(Node Node, bool HasBatches);
}
