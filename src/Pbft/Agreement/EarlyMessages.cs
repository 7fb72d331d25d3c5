using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Agreement;

/// <summary>Messages of a view that has not begun here, bounded for each sender: they are looked at when it does. What does not fit comes again by status.</summary>
internal sealed class EarlyMessages(PbftState state)
{
    private const long VoteBytes = 256;

    private readonly SortedDictionary<NodeId, long> _bytes = [];
    private List<(NodeId From, ViewNumber View, ProtocolMessage Message)> _kept = [];
    private ViewNumber _lowest;

    /// <summary>How many bytes of the sender with the most are kept.</summary>
    public long BytesMax => _bytes.Count > 0 ? _bytes.Values.Max() : 0;

    /// <summary>Keeps a message of the view that the replica goes to, or of a later one.</summary>
    public void Keep(NodeId from, ViewNumber view, ProtocolMessage message)
    {
        var bytes = _bytes.GetValueOrDefault(from) + BytesOf(message);
        if (bytes > state.Options.PooledBytesMax)
        {
            return;
        }

        _bytes[from] = bytes;
        _lowest = _kept.Count == 0 || view < _lowest ? view : _lowest;
        _kept.Add((from, view, message is PrePrepare proposal ? proposal with { Block = proposal.Block.Copy() } : message));
    }

    /// <summary>Takes the messages of the view, in the order of their coming; those of earlier ones are forgotten.</summary>
    public IReadOnlyList<(NodeId From, ViewNumber View, ProtocolMessage Message)> TakeCurrent()
    {
        if (_kept.Count == 0 || _lowest > state.View)
        {
            // A liar's votes of views that never come lie here for good, and must not be looked at in each turn.
            return [];
        }

        var current = _kept.Where(kept => kept.View == state.View).ToArray();
        _kept = [.. _kept.Where(kept => kept.View > state.View)];
        _bytes.Clear();
        _lowest = _kept.Count == 0 ? _lowest : _kept.Min(kept => kept.View);
        foreach (var (from, _, message) in _kept)
        {
            _bytes[from] = _bytes.GetValueOrDefault(from) + BytesOf(message);
        }

        return current;
    }

    private static long BytesOf(ProtocolMessage message) => message is PrePrepare proposal ? proposal.Block.Bytes + VoteBytes : VoteBytes;
}
