namespace Consensus.Gossip;

/// <summary>Which way news goes in a call between two agents (Demers et al., PODC 1987).</summary>
public enum GossipMode
{
    /// <summary>Who has news calls others and tells them. Fast as long as few know; the last ones are told late.</summary>
    Push,

    /// <summary>Who has no news calls others and asks. Slow as long as few know; the last ones find it fast.</summary>
    Pull,

    /// <summary>Everybody calls others, and each side tells what it knows (Karp et al., FOCS 2000).</summary>
    PushPull,
}
