using Consensus.Gossip.Dissemination;
using Consensus.Gossip.Repair;

namespace Consensus.Gossip.Messages;

/// <summary>"These rumours of that time I have heard: which others have you?" Whoever has others offers them in a <see cref="RumourCall"/>.</summary>
/// <param name="Window">Of what time.</param>
/// <param name="Count">How many.</param>
/// <param name="Heard">Which, in few bits.</param>
/// <param name="IsAnswer">Whether it answers another one: then nobody answers with one of his own.</param>
internal sealed record RumourDigest(TimeWindow Window, int Count, BloomDigest Heard, bool IsAnswer) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.RumourDigest;
}
