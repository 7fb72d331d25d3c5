using System.Collections.Immutable;
using Consensus.Gossip.State;

namespace Consensus.Gossip.Repair;

/// <summary>What one side has in the parts of a range, in short.</summary>
/// <param name="Range">The range; it has parts.</param>
/// <param name="Present">In which parts anything is: a bit for each, the lowest for the first.</param>
/// <param name="Fingerprints">Of those parts, in their order.</param>
internal sealed record RangeFingerprints(KeyRange Range, ushort Present, ImmutableArray<ulong> Fingerprints);
