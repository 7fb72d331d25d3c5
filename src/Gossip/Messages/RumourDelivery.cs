using System.Collections.Immutable;

namespace Consensus.Gossip.Messages;

/// <summary>Rumours that were asked for.</summary>
internal sealed record RumourDelivery(ImmutableArray<Rumour> Rumours) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.RumourDelivery;
}
