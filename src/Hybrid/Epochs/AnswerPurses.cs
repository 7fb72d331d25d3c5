using Consensus.Byzantine;
using Consensus.Engine;

namespace Consensus.Hybrid;

/// <summary>How much each member may ask for of what lies before the epoch that runs: whoever asks for more gets no answer, and asks somebody else, or later.</summary>
internal sealed class AnswerPurses
{
    /// <summary>What a member may take in each tick: 50 MB for each second.</summary>
    private const long BytesPerTick = 5;

    private readonly Dictionary<NodeId, Purse> _purses = [];

    /// <summary>A member asks for something.</summary>
    /// <param name="member">The member.</param>
    /// <param name="bytesMax">How large the answer may be.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether it gets it.</returns>
    public bool TryTake(NodeId member, int bytesMax, Ticks now)
    {
        if (!_purses.TryGetValue(member, out var purse))
        {
            _purses.Add(member, purse = new Purse(BytesPerTick, now));
        }

        return purse.TryTake(now, bytesMax);
    }
}
