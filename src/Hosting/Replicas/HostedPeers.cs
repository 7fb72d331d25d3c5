namespace Consensus.Hosting;

/// <summary>The <see cref="IPeerRegistry"/> that dependency injection hands out. It is there before the replica's transport, which it asks.</summary>
internal sealed class HostedPeers : IPeerRegistry
{
    private volatile ContactsTransport? _transport;

    /// <summary>The replica's transport is there.</summary>
    public void Follow(ContactsTransport transport) => _transport = transport;

    public IReadOnlyList<PeerStatus>? ListPeers() => _transport is { } transport ? transport.ListPeers() : [];
}
