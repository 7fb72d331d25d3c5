using Consensus.Engine;

namespace Consensus.Gossip.Node;

/// <summary>
/// One of the parts that a node of a swarm is made of (membership, dissemination, repair), as a synchronous, deterministic state machine: what happens to it are calls, what it wants done are effects.
/// </summary>
/// <remarks>
/// A core owns no clock, thread, task, socket or source of randomness but the one that it was given. It is called by one thread at a time, with a time that never decreases. It throws for nothing that a peer does: what is wrong with a message is an effect
/// (<see cref="GossipEffects.Reject"/>), counted against whoever sent it. Messages and effects are valid until the call's effects have been taken over.
/// </remarks>
internal interface IGossipCore
{
    /// <summary>When the core wants to be called at the latest; <see cref="Ticks.Never"/> if it waits for nothing.</summary>
    Ticks NextDeadline { get; }

    /// <summary>A peer sent a message of this core's.</summary>
    /// <param name="now">The time.</param>
    /// <param name="from">Who sent it, as its datagram or connection proves.</param>
    /// <param name="message">What it said.</param>
    /// <param name="effects">Takes what is to be done.</param>
    void OnMessage(Ticks now, NodeId from, GossipMessage message, GossipEffects effects);

    /// <summary>Time has passed; <see cref="NextDeadline"/> may be reached.</summary>
    void OnTime(Ticks now, GossipEffects effects);
}
