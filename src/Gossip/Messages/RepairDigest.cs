using Consensus.Gossip.Repair;

namespace Consensus.Gossip.Messages;

/// <summary>"This is what I have, in short." Whoever has the same says nothing; whoever has not answers with the first <see cref="RepairStep"/>, or with <see cref="RepairBusy"/>.</summary>
/// <param name="Exchange">The number of the exchange that may follow.</param>
/// <param name="Salt">For its fingerprints.</param>
/// <param name="Start">Where both sides begin.</param>
/// <param name="State">The digest of all.</param>
internal sealed record RepairDigest(uint Exchange, FingerprintSalt Salt, ulong Start, Digest State) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.RepairDigest;
}
