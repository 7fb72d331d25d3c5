using Consensus.Engine;

namespace Consensus.Hosting;

/// <summary>
/// A transport that keeps contact with the configured members, whatever the log says. A node that joins has no members in its log, and one
/// that was away while the members were exchanged has none that are left: somebody must be able to bring it the log. Who decides is still
/// the log's say alone; a message of somebody else is as safe as a late one.
/// </summary>
internal sealed class ContactsTransport : ITransport, IPeerRegistry
{
    private readonly ITransport _transport;
    private readonly IReadOnlyList<Member> _contacts;

    public ContactsTransport(ITransport transport, IReadOnlyList<Member> contacts)
    {
        _transport = transport;
        _contacts = contacts;
    }

    public ValueTask StartAsync(ITransportReceiver receiver, CancellationToken cancellationToken) => _transport.StartAsync(receiver, cancellationToken);

    /// <remarks>Where the log knows a contact under another address, the log's counts: it is where the node moved to.</remarks>
    public void SetPeers(IReadOnlyList<Member> peers) =>
        _transport.SetPeers([.. peers, .. _contacts.Where(contact => peers.All(peer => peer.Id != contact.Id))]);

    public IReadOnlyList<PeerStatus>? ListPeers() => (_transport as IPeerRegistry)?.ListPeers();

    public bool Send(NodeId to, ProtocolMessage message) => _transport.Send(to, message);

    public void Flush() => _transport.Flush();

    public ValueTask DisposeAsync() => _transport.DisposeAsync();
}
