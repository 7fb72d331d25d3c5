namespace Consensus.Cli.Demo.Audit;

/// <summary>Which operations have left their name in one node's state, and how often.</summary>
internal sealed class NodeEvidence(NodeId node)
{
    private readonly Dictionary<OperationId, int> _marks = [];

    /// <summary>The node whose state it was.</summary>
    public NodeId Node { get; } = node;

    /// <summary>How many different operations were found.</summary>
    public int Count => _marks.Count;

    /// <summary>The operations that were found, each with how often.</summary>
    public IEnumerable<KeyValuePair<OperationId, int>> Marks => _marks;

    /// <summary>An operation's name was found once more.</summary>
    public void Add(OperationId operation) => _marks[operation] = CountOf(operation) + 1;

    /// <summary>How often an operation was found.</summary>
    public int CountOf(OperationId operation) => _marks.GetValueOrDefault(operation);
}
