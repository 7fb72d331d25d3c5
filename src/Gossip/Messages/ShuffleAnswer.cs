using System.Collections.Immutable;
using Consensus.Gossip.Membership;

namespace Consensus.Gossip.Messages;

/// <summary>As many others, for a <see cref="Shuffle"/>.</summary>
/// <param name="Peers">Whom its last receiver knew.</param>
internal sealed record ShuffleAnswer(ImmutableArray<ViewPeer> Peers) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.ShuffleAnswer;
}
