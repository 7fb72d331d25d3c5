using Consensus.Gossip.Dissemination;
using Consensus.Gossip.Repair;

namespace Consensus.Gossip.Messages;

/// <summary>"So many rumours of that time I have heard, and this is their sum." Whoever has the same says nothing; whoever has not answers with a <see cref="RumourDigest"/>.</summary>
/// <param name="Window">Of what time.</param>
/// <param name="Count">How many.</param>
/// <param name="Salt">For the sum.</param>
/// <param name="Sum">The sum of their fingerprints.</param>
internal sealed record RumourSummary(TimeWindow Window, int Count, FingerprintSalt Salt, ulong Sum) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.RumourSummary;
}
