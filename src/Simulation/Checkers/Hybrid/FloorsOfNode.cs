using Consensus.Cryptography;

namespace Consensus.Simulation.Checkers.Hybrid;

/// <summary>What a replica counts of the floors of an epoch.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Start">The last entry before it.</param>
/// <param name="Certified">Up to where it tells callers that nothing is lost.</param>
/// <param name="Members">The members of the epoch.</param>
internal sealed record FloorsOfNode(Epoch Epoch, LogIndex Start, LogIndex Certified, SignerSet Members);
