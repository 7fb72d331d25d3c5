namespace Consensus.Simulation.Checkers.Hybrid;

/// <summary>What a replica knows of the floors of an epoch.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Start">The last entry before it.</param>
/// <param name="Held">The highest floor whose certificate it has on disk.</param>
/// <param name="Certified">Up to where it tells callers that nothing is lost.</param>
/// <param name="Quorum">How many must have the certificate.</param>
internal sealed record FloorsOfNode(Epoch Epoch, LogIndex Start, LogIndex Held, LogIndex Certified, int Quorum);
