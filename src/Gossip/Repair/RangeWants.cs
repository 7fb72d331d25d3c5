using System.Collections.Immutable;
using Consensus.Gossip.State;

namespace Consensus.Gossip.Repair;

/// <summary>What one side wants of what the other one has listed in a range.</summary>
/// <param name="Range">The range.</param>
/// <param name="Keys">The lines' fingerprints of keys; 1 to <see cref="RangeList.LinesMax"/>.</param>
internal sealed record RangeWants(KeyRange Range, ImmutableArray<ulong> Keys);
