namespace Consensus.Gossip;

/// <summary>This node knows what came of a ballot; that does not change any more.</summary>
/// <param name="Status">How it stands.</param>
public sealed record BallotClosed(BallotStatus Status) : GossipEvent;
