using System.Collections.Immutable;

namespace Consensus.Gossip.Messages;

/// <summary>The answer to a <see cref="RumourCall"/>.</summary>
/// <param name="Number">The call's.</param>
/// <param name="HadHeard">Which of the rumours that were told were known before, one bit each in their order.</param>
/// <param name="Wanted">Of those that were only named, which the one who was called wants to be told.</param>
/// <param name="Rumours">What the caller has not heard of.</param>
internal sealed record RumourAnswer(ushort Number, ImmutableArray<byte> HadHeard, ImmutableArray<RumourId> Wanted, ImmutableArray<Rumour> Rumours) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.RumourAnswer;
}
