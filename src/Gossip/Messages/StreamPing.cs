namespace Consensus.Gossip.Messages;

/// <summary>A <see cref="Ping"/> on a connection, where datagrams do not get through.</summary>
/// <param name="Number">The ping's that was not answered.</param>
internal sealed record StreamPing(byte Number) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.StreamPing;
}
