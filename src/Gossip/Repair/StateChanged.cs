namespace Consensus.Gossip;

/// <summary>A value that this node lacked is in force now, or a key was removed. Told once of each value.</summary>
/// <param name="Value">The value, or the tombstone.</param>
/// <param name="From">The peer that it came from, which need not be its origin.</param>
public sealed record StateChanged(VersionedValue Value, NodeId From) : GossipEvent;
