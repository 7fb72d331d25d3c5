using System.Collections.Immutable;

namespace Consensus.Gossip.Messages;

/// <summary>A call to another member: what is new, and what is new to you?</summary>
/// <param name="Number">Which one of the caller's: it comes back.</param>
/// <param name="WantsNews">Whether the one who is called tells, too, what it knows and is not named here.</param>
/// <param name="Rumours">What the caller tells.</param>
/// <param name="Known">Of what else the caller has heard: whoever has not may ask for it.</param>
internal sealed record RumourCall(ushort Number, bool WantsNews, ImmutableArray<Rumour> Rumours, ImmutableArray<RumourId> Known) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.RumourCall;
}
