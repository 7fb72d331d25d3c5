using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Agreement;

/// <summary>Messages of a view that has not begun here, bounded for each sender: they are looked at when it does. What does not fit comes again by status.</summary>
internal sealed class EarlyMessages(PbftState state)
{
    private readonly SortedDictionary<NodeId, int> _counts = [];
    private List<(NodeId From, ViewNumber View, ProtocolMessage Message)> _kept = [];

    private int CountMax => 4 * state.Options.WindowBlocks;

    /// <summary>Keeps a message of the view that the replica goes to, or of a later one.</summary>
    public void Keep(NodeId from, ViewNumber view, ProtocolMessage message)
    {
        var count = _counts.GetValueOrDefault(from);
        if (count >= CountMax)
        {
            return;
        }

        _counts[from] = count + 1;
        _kept.Add((from, view, message is PrePrepare proposal ? proposal with { Block = proposal.Block.Copy() } : message));
    }

    /// <summary>Takes the messages of the view, in the order of their coming; those of earlier ones are forgotten.</summary>
    public IReadOnlyList<(NodeId From, ViewNumber View, ProtocolMessage Message)> TakeCurrent()
    {
        if (_kept.Count == 0)
        {
            return [];
        }

        var current = _kept.Where(kept => kept.View == state.View).ToArray();
        _kept = [.. _kept.Where(kept => kept.View > state.View)];
        _counts.Clear();
        foreach (var kept in _kept)
        {
            _counts[kept.From] = _counts.GetValueOrDefault(kept.From) + 1;
        }

        return current;
    }
}
