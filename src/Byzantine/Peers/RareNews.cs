using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>Says when something that a member goes on doing may be told again, so that it floods neither observers nor the log.</summary>
internal sealed class RareNews(OrderingState state)
{
    /// <summary>How often the same of one member is told at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly SortedDictionary<NodeId, Ticks> _toldAt = [];

    /// <summary>Something of a member could be told now.</summary>
    /// <returns>Whether it is to be.</returns>
    public bool TryTell(NodeId member)
    {
        if (_toldAt.TryGetValue(member, out var last) && state.Now < last + Interval)
        {
            return false;
        }

        _toldAt[member] = state.Now;
        return true;
    }
}
