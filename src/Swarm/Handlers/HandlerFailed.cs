using Consensus.Gossip;

namespace Consensus.Swarm;

/// <summary>A handler of the application's threw. It gets the next rumour all the same; this one is not handed to it again.</summary>
/// <param name="Kind">What it handles.</param>
/// <param name="Rumour">Which rumour.</param>
/// <param name="Exception">What it threw.</param>
public sealed record HandlerFailed(string Kind, RumourId Rumour, Exception Exception) : GossipEvent;
