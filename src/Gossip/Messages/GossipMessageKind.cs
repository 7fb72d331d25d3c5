namespace Consensus.Gossip;

/// <summary>The kinds of messages on the wire. A number is never given to another kind. Each core has sixteen of its own.</summary>
internal enum GossipMessageKind : byte
{
    /// <summary>No message.</summary>
    None = 0,
}
