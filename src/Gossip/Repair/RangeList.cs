using System.Collections.Immutable;
using Consensus.Gossip.State;

namespace Consensus.Gossip.Repair;

/// <summary>All that one side has in a range: whatever else the other one has there, the first one lacks.</summary>
/// <param name="Range">The range.</param>
/// <param name="Lines">In the order of the positions; at most <see cref="LinesMax"/>.</param>
internal sealed record RangeList(KeyRange Range, ImmutableArray<RangeLine> Lines)
{
    /// <summary>How many values are listed at most, in place of fingerprints of the range's parts.</summary>
    public const int LinesMax = 16;
}
