namespace Consensus.Gossip;

/// <summary>A question was asked: who votes may do so now.</summary>
/// <param name="Ballot">Which.</param>
public sealed record BallotOpened(Ballot Ballot) : GossipEvent;
