using Consensus.Engine;

namespace Consensus.Hosting;

/// <summary>
/// The transport of a node that joins a group. As long as its log names no members it accepts those it was configured with: somebody must
/// be able to bring it the log.
/// </summary>
internal sealed class JoiningTransport : ITransport
{
    private readonly ITransport _transport;
    private readonly IReadOnlyList<Member> _contacts;

    public JoiningTransport(ITransport transport, IReadOnlyList<Member> contacts)
    {
        _transport = transport;
        _contacts = contacts;
    }

    public ValueTask StartAsync(ITransportReceiver receiver, CancellationToken cancellationToken) => _transport.StartAsync(receiver, cancellationToken);

    public void SetPeers(IReadOnlyList<Member> peers) => _transport.SetPeers(peers.Count > 0 ? peers : _contacts);

    public bool Send(NodeId to, ProtocolMessage message) => _transport.Send(to, message);

    public void Flush() => _transport.Flush();

    public ValueTask DisposeAsync() => _transport.DisposeAsync();
}
