using System.Net;
using System.Net.Sockets;

namespace Consensus.Transport;

/// <summary>Makes attempts to connect to a peer: finds out where it is, and tries one end point after the other until one lets this node in.</summary>
/// <remarks>One caller at a time.</remarks>
internal sealed class Dialler
{
    private readonly TcpServices _services;
    private readonly Member _peer;
    private readonly PeerRecord _record;
    private readonly PeerFinder _finder;

    public Dialler(TcpServices services, Member peer, PeerRecord record)
    {
        _services = services;
        _peer = peer;
        _record = record;
        _finder = new PeerFinder(services, peer);
    }

    /// <summary>Makes one attempt.</summary>
    /// <returns>The connected wire, which the caller owns, and the longest frame that the peer takes.</returns>
    /// <exception cref="ConnectFailedException">Nobody has let this node in.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<(OutboundWire Wire, int FrameLengthMax)> DialAsync(CancellationToken cancellationToken)
    {
        var (source, endPoints) = await WithinAsync(_services.Options.ConnectTimeout, "finding it", _finder.FindAsync, cancellationToken).ConfigureAwait(false);
        _record.OnFound(source);
        var failures = new DialFailures(_peer.Address);
        foreach (var endPoint in endPoints)
        {
            if (failures.IsEnough)
            {
                failures.Skip();
                continue;
            }

            foreach (var address in await LookUpAsync(endPoint, failures, cancellationToken).ConfigureAwait(false))
            {
                if (failures.IsEnough)
                {
                    failures.Skip();
                }
                else if (await TryDialAsync(address, failures, cancellationToken).ConfigureAwait(false) is { } connected)
                {
                    return connected;
                }
            }
        }

        throw failures.ToException();
    }

    private async Task<(OutboundWire Wire, int FrameLengthMax)?> TryDialAsync(IPEndPoint address, DialFailures failures, CancellationToken cancellationToken)
    {
        _record.OnTrying(address);
        try
        {
            var wire = await WithinAsync(_services.Options.ConnectTimeout, "connecting", token => ConnectAsync(address, token), cancellationToken).ConfigureAwait(false);
            try
            {
                var answer = await WithinAsync(_services.Options.HandshakeTimeout, "the handshake", token => GreetAsync(wire, token), cancellationToken)
                    .ConfigureAwait(false);
                return (wire, answer.FrameLengthMax);
            }
            catch
            {
                wire.Dispose();
                throw;
            }
        }
        catch (ConnectFailedException exception)
        {
            failures.Add(address, exception);
            return null;
        }
    }

    private async Task<IReadOnlyList<IPEndPoint>> LookUpAsync(EndPoint endPoint, DialFailures failures, CancellationToken cancellationToken)
    {
        if (endPoint is IPEndPoint address)
        {
            return [address];
        }

        var name = (DnsEndPoint)endPoint;
        _record.OnTrying(name);
        try
        {
            var addresses = await WithinAsync(_services.Options.ConnectTimeout, "looking the name up", token => LookUpAsync(name.Host, token), cancellationToken)
                .ConfigureAwait(false);
            return [.. addresses.Select(found => new IPEndPoint(found, name.Port))];
        }
        catch (ConnectFailedException exception)
        {
            failures.Add(name, exception);
            return [];
        }
    }

    private async Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken)
    {
        // The system's resolver, once it has begun, does not care for the token.
        var (addresses, failure) = await Detached.RunAsync(() => _services.LookUp(host, cancellationToken)).WaitAsync(cancellationToken).ConfigureAwait(false);
        return addresses switch
        {
            null => throw new ConnectFailedException($"The name cannot be looked up: {failure!.Message}", failure),
            [] => throw new ConnectFailedException("The name has no address."),
            _ => addresses,
        };
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
        catch (Exception exception) when (exception is not (ConnectFailedException or OperationCanceledException))
        {
            // Nobody has foreseen it; the next end point, and the next attempt, must have their turn all the same.
            throw new ConnectFailedException($"There was an error during {what} ({exception.GetType().Name}).", exception)
            {
                ForLog = $"There was an error during {what} ({exception.GetType().Name}: {exception.Message}).",
            };
        }
    }

    private async Task<OutboundWire> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return new OutboundWire(socket, _services.Options);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
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

        if (answer.Refusal != HandshakeRefusal.None)
        {
            _services.Statistics.ForPeer(_peer.Id).OnRefusedByPeer();
            throw new ConnectFailedException($"It refused: {answer.Refusal}. It speaks versions {answer.Versions.Min} to {answer.Versions.Max}.");
        }

        return answer;
    }
}
