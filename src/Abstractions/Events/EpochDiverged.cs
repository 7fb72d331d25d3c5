namespace Consensus;

/// <summary>
/// A member takes an epoch of the group for another one than this replica does, so neither hears what the other says: what a group begins with was not configured alike, or the member lies. Told once a minute for each member at most.
/// </summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Node">That member.</param>
/// <param name="Expected">What the epoch is made of as this replica knows it, as a hash (<see cref="EpochStatus.Id"/>).</param>
/// <param name="Actual">The same as that member says it.</param>
public sealed record EpochDiverged(Epoch Epoch, NodeId Node, Digest Expected, Digest Actual) : ConsensusEvent;
