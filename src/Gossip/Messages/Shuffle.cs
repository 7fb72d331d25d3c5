using System.Collections.Immutable;
using Consensus.Gossip.Membership;

namespace Consensus.Gossip.Messages;

/// <summary>Some of those whom a node knows walk through the swarm: where the walk ends somebody keeps them, and tells it as many others.</summary>
/// <param name="StepsLeft">How much further they go.</param>
/// <param name="Origin">Who began it.</param>
/// <param name="Peers">Whom it knows.</param>
internal sealed record Shuffle(byte StepsLeft, ViewPeer Origin, ImmutableArray<ViewPeer> Peers) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.Shuffle;
}
