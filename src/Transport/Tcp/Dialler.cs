using System.Net;
using System.Net.Sockets;

namespace Consensus.Transport;

/// <summary>Makes one attempt to connect to a peer: resolve, connect, shake hands.</summary>
internal sealed class Dialler
{
    private readonly TcpServices _services;
    private readonly Member _peer;

    public Dialler(TcpServices services, Member peer)
    {
        _services = services;
        _peer = peer;
    }

    /// <summary>Connects.</summary>
    /// <returns>The connected wire and the peer's answer, which may be a refusal. The caller owns the wire.</returns>
    /// <exception cref="ConnectFailedException">There is no connection, or nobody at its end who speaks the protocol.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<(OutboundWire Wire, HandshakeAnswer Answer)> DialAsync(CancellationToken cancellationToken)
    {
        if (!PeerAddress.TryParse(_peer.Address, out var address))
        {
            throw new ConnectFailedException($"The address '{_peer.Address}' is not of the form host:port, with a port from 1 to 65535.");
        }

        var wire = await WithinAsync(_services.Options.ConnectTimeout, "connecting", token => ConnectAsync(address, token), cancellationToken)
            .ConfigureAwait(false);
        try
        {
            var answer = await WithinAsync(_services.Options.HandshakeTimeout, "the handshake", token => GreetAsync(wire, token), cancellationToken)
                .ConfigureAwait(false);
            return (wire, answer);
        }
        catch
        {
            wire.Dispose();
            throw;
        }
    }

    private async Task<T> WithinAsync<T>(TimeSpan limit, string what, Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, _services.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await action(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectFailedException($"The limit of {limit} for {what} passed.");
        }
        catch (SocketException exception)
        {
            throw new ConnectFailedException($"{exception.Message} ({exception.SocketErrorCode}).", exception);
        }
        catch (IOException exception)
        {
            throw new ConnectFailedException($"The connection broke during {what}: {exception.Message}", exception);
        }
    }

    private async Task<OutboundWire> ConnectAsync(PeerAddress address, CancellationToken cancellationToken)
    {
        SocketException? failure = null;
        foreach (var candidate in await _services.Resolver.ResolveAsync(address.Host, cancellationToken).ConfigureAwait(false))
        {
            var socket = new Socket(candidate.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(candidate, address.Port), cancellationToken).ConfigureAwait(false);
                return new OutboundWire(socket, _services.Options);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                failure = exception;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    private async Task<HandshakeAnswer> GreetAsync(OutboundWire wire, CancellationToken cancellationToken)
    {
        if (_services.Tls is { } tls)
        {
            await tls.DialledAsync(wire, _peer.Id, cancellationToken).ConfigureAwait(false);
        }

        var options = _services.Options;
        var hello = new HandshakeHello(ProtocolVersions.Supported, options.Cluster, options.Node, _peer.Id);
        await wire.SendAllAsync(hello.ToBytes(), cancellationToken).ConfigureAwait(false);
        var bytes = new byte[HandshakeAnswer.Size];
        if (!await wire.TryReceiveExactlyAsync(bytes, cancellationToken).ConfigureAwait(false))
        {
            throw new ConnectFailedException(_services.Tls is null
                ? "The connection was closed before the handshake was answered."
                : "The connection was closed before the handshake was answered; its log says so if it does not trust this node's certificate.");
        }

        if (!HandshakeAnswer.TryParse(bytes, out var answer))
        {
            throw new ConnectFailedException("What answered does not speak this protocol.");
        }

        return answer;
    }
}
