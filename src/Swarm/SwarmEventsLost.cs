using Consensus.Gossip;

namespace Consensus.Swarm;

/// <summary>Whoever reads events was slower than they came.</summary>
/// <param name="Count">How many are missing here.</param>
public sealed record SwarmEventsLost(long Count) : GossipEvent;
