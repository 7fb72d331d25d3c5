namespace Consensus.Gossip.Messages;

/// <summary>"This is what I know": whoever knows something else begins a <see cref="StateExchange"/>.</summary>
/// <param name="Digest">Of all live members and their versions.</param>
internal sealed record StateDigest(ulong Digest) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.StateDigest;
}
