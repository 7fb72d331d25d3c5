namespace Consensus.Gossip.Messages;

/// <summary>"We differ, but too many ask at once": to a <see cref="RepairDigest"/>.</summary>
/// <param name="Exchange">Its number.</param>
internal sealed record RepairBusy(uint Exchange) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.RepairBusy;
}
