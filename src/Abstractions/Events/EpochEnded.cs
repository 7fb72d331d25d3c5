namespace Consensus;

/// <summary>The replica has ended an epoch: what its engine orders from now on has no effect, and the next epoch begins when a quorum agrees on where.</summary>
/// <param name="Epoch">The epoch's number.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Cause">The same in short.</param>
public sealed record EpochEnded(Epoch Epoch, string Reason, EpochEndCause Cause) : ConsensusEvent;
