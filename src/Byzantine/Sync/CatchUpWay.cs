namespace Consensus.Byzantine;

/// <summary>
/// Blocks that follow the committed ones, of which nobody knows yet whether they are right. The first of them are kept; of those for which there is no room is remembered only where the log stands after each so many bytes of them.
/// </summary>
/// <param name="chain">Where the committed log stands.</param>
/// <param name="bytesMax">How many bytes of them are kept. One block always is.</param>
internal sealed class CatchUpWay(BlockChain chain, long bytesMax)
{
    private readonly List<Block> _staged = [];
    private readonly List<Milestone> _claims = [];
    private readonly SortedSet<NodeId> _contributors = [];
    private long _pieceBytes;

    /// <summary>The number of the first block.</summary>
    public SequenceNumber First { get; } = chain.Number.Next;

    /// <summary>Where the way ends so far.</summary>
    public Milestone End => new(chain.Number, chain.Position);

    /// <summary>The blocks that are kept.</summary>
    public IReadOnlyList<Block> Staged => _staged;

    /// <summary>Their size.</summary>
    public long StagedBytes { get; private set; }

    /// <summary>Where the log stands on the way, if its end is right: first after what is kept.</summary>
    public IReadOnlyList<Milestone> Claims => _claims;

    /// <summary>Who sent these blocks.</summary>
    public IReadOnlyCollection<NodeId> Contributors => _contributors;

    /// <summary>Takes the next block: keeps it, or, when there is no room for it, only looks where it leads.</summary>
    public void Take(NodeId from, Block block)
    {
        // Blocks without batches take room, too.
        var bytes = block.Bytes + CommandBatch.OverheadBytes;
        if (_pieceBytes > 0 && _pieceBytes + bytes > bytesMax)
        {
            _claims.Add(End);
            _pieceBytes = 0;
        }

        _pieceBytes += bytes;
        _contributors.Add(from);
        chain.Add(block);
        if (_claims.Count == 0)
        {
            _staged.Add(block.Copy());
            StagedBytes = _pieceBytes;
        }
    }
}
