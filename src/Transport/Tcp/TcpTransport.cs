using System.Net;
using System.Net.Sockets;
using Consensus.Engine;
using Microsoft.Extensions.Logging;

namespace Consensus.Transport;

/// <summary>
/// Carries messages over TCP. Each node dials every peer and sends on the connections it dialled; it receives on those it accepted. So
/// there is one connection for each ordered pair of nodes, and no race about which of two to keep.
/// </summary>
/// <remarks>
/// <para>
/// <see cref="ITransportReceiver.OnConnectionChanged"/> tells of the connections that this node dialled: whether it can send. Without a
/// connection messages are dropped at once; what was queued when one breaks is lost with it.
/// </para>
/// <para>
/// With TLS each peer proves by its certificate which node it is. Without, the peers are believed who they say they are: use that only in networks
/// where everybody is trusted.
/// </para>
/// </remarks>
public sealed class TcpTransport : ITransport, IPeerRegistry
{
    private readonly TcpServices _services;
    private readonly Lock _gate = new();
    private readonly List<PeerLink> _awaitingFlush = [];
    private readonly Dictionary<NodeId, Task> _ending = [];
    private volatile Dictionary<NodeId, PeerLink> _links = [];
    private ITransportReceiver? _receiver;
    private Welcome? _welcome;
    private Listener? _listener;
    private Task? _disposal;

    /// <summary>Creates a transport that does nothing until it is started.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="codec">The wire form of the messages.</param>
    /// <param name="resolver">Says where peers are that are not in the address book; null for the membership's addresses.</param>
    /// <param name="timeProvider">Measures time-outs and pauses.</param>
    /// <param name="logger">Takes what an operator should know.</param>
    /// <param name="credentials">What this node shows to its peers, and whom it trusts; null for connections in the clear.</param>
    /// <exception cref="ConsensusException">The settings are not valid.</exception>
    public TcpTransport(
        TcpTransportOptions options,
        IMessageCodec codec,
        IPeerResolver? resolver,
        TimeProvider timeProvider,
        ILogger<TcpTransport> logger,
        ITlsCredentialSource? credentials)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is { Count: > 0 } errors)
        {
            throw new ConsensusException(ConsensusFailure.InvalidConfiguration, $"The TCP transport's settings are not valid. {string.Join(' ', errors)}");
        }

        var tls = credentials is null ? null : new TlsHandshake(credentials, options, timeProvider);
        _services = new TcpServices(options, codec, resolver, timeProvider, new TransportStatistics(), logger, tls);
    }

    /// <summary>Creates a transport with a name service of its own.</summary>
    internal TcpTransport(
        TcpTransportOptions options,
        IMessageCodec codec,
        IPeerResolver? resolver,
        TimeProvider timeProvider,
        ILogger<TcpTransport> logger,
        ITlsCredentialSource? credentials,
        Func<string, CancellationToken, Task<IPAddress[]>> lookUp)
        : this(options, codec, resolver, timeProvider, logger, credentials) =>
        _services = _services with { LookUp = lookUp };

    /// <summary>What was counted since the transport was created.</summary>
    public TransportStatistics Statistics => _services.Statistics;

    /// <summary>Where the transport listens.</summary>
    /// <exception cref="InvalidOperationException">It has not been started.</exception>
    public IPEndPoint LocalEndPoint =>
        _listener?.LocalEndPoint ?? throw new InvalidOperationException("The transport listens only after it was started.");

    /// <inheritdoc/>
    /// <exception cref="ConsensusException">The address cannot be listened on.</exception>
    public ValueTask StartAsync(ITransportReceiver receiver, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
            if (_receiver is not null)
            {
                throw new InvalidOperationException("The transport was started already.");
            }

            var judge = new HandshakeJudge(_services.Options, node => _links.ContainsKey(node));
            var welcome = new Welcome(_services, judge, node => _links.GetValueOrDefault(node)?.Record, receiver);
            try
            {
                _listener = new Listener(_services, welcome);
            }
            catch (SocketException exception)
            {
                throw new ConsensusException(
                    ConsensusFailure.InvalidConfiguration, $"Cannot listen on {_services.Options.Listen}: {exception.Message}", exception);
            }

            _welcome = welcome;
            _receiver = receiver;
            foreach (var link in _links.Values)
            {
                link.Start(receiver, Task.CompletedTask);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <remarks>This node itself may be among the peers, and is left out.</remarks>
    public void SetPeers(IReadOnlyList<Member> peers)
    {
        ArgumentNullException.ThrowIfNull(peers);
        lock (_gate)
        {
            if (_disposal is not null)
            {
                return;
            }

            ForgetEnded();
            var before = _links;
            var after = new Dictionary<NodeId, PeerLink>();
            foreach (var peer in peers)
            {
                if (peer.Id != _services.Options.Node)
                {
                    var link = before.GetValueOrDefault(peer.Id);
                    after[peer.Id] = link?.Peer.Address == peer.Address
                        ? link
                        : new PeerLink(_services, peer, link?.Record ?? new PeerRecord(_services.TimeProvider));
                }
            }

            _links = after;
            foreach (var (id, link) in before)
            {
                if (after.GetValueOrDefault(id) != link)
                {
                    _ending[id] = link.DisposeAsync().AsTask();
                }

                if (!after.ContainsKey(id))
                {
                    _welcome?.Dismiss(id);
                }
            }

            if (_receiver is { } receiver)
            {
                foreach (var (id, link) in after)
                {
                    if (before.GetValueOrDefault(id) != link)
                    {
                        link.Start(receiver, _ending.GetValueOrDefault(id, Task.CompletedTask));
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    public bool Send(NodeId to, ProtocolMessage message)
    {
        if (!_links.TryGetValue(to, out var link))
        {
            _services.Statistics.OnDroppedUnknownPeer();
            return false;
        }

        var isFirst = !link.AwaitsFlush;
        var isQueued = link.Send(message);
        if (isQueued && isFirst)
        {
            _awaitingFlush.Add(link);
        }

        return isQueued;
    }

    /// <inheritdoc/>
    public void Flush()
    {
        foreach (var link in _awaitingFlush)
        {
            link.Flush();
        }

        _awaitingFlush.Clear();
    }

    /// <inheritdoc/>
    public IReadOnlyList<PeerStatus> ListPeers() => [.. _links.Values.Select(link => link.Status).OrderBy(peer => peer.Id)];

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposal ??= Task.Run(CloseAsync);
            return new ValueTask(_disposal);
        }
    }

    private async Task CloseAsync()
    {
        await Task.WhenAll([.. _links.Values.Select(link => link.DisposeAsync().AsTask()), .. _ending.Values]).ConfigureAwait(false);
        if (_listener is not null)
        {
            await _listener.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void ForgetEnded()
    {
        foreach (var (id, task) in _ending)
        {
            if (task.IsCompletedSuccessfully)
            {
                _ending.Remove(id);
            }
        }
    }
}
