using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Consensus.Transport;

/// <summary>Accepts connections, and sees each to its end.</summary>
internal sealed partial class Listener : IAsyncDisposable
{
    private const int Backlog = 512;
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly TcpServices _services;
    private readonly Welcome _welcome;
    private readonly Socket _socket;
    private readonly LogThrottle _frameLog;
    private readonly LogThrottle _failureLog;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<InboundConnection> _running = [];
    private readonly Task _accepting;

    /// <summary>Starts listening.</summary>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public Listener(TcpServices services, Welcome welcome)
    {
        _services = services;
        _welcome = welcome;
        _frameLog = new LogThrottle(services.TimeProvider);
        _failureLog = new LogThrottle(services.TimeProvider);
        _socket = Listen(services.Options.Listen);
        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _accepting = AcceptAsync(_stop.Token);
    }

    public IPEndPoint LocalEndPoint { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);

        InboundConnection[] running;
        lock (_gate)
        {
            running = [.. _running];
        }

        foreach (var connection in running)
        {
            connection.Abort();
        }

        await Task.WhenAll(running.Select(connection => connection.Ended)).ConfigureAwait(false);
        _stop.Dispose();
    }

    private static Socket Listen(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync(CancellationToken stopped)
    {
        while (!stopped.IsCancellationRequested)
        {
            try
            {
                var socket = await _socket.AcceptAsync(stopped).ConfigureAwait(false);
                Begin(new InboundConnection(new InboundWire(socket, _services.Options), _services, _frameLog));
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.NotConnected or SocketError.InvalidArgument)
            {
                // The caller was gone before it was welcomed.
                _services.Statistics.OnRefused(HandshakeRefusal.Incomplete);
            }
            catch (Exception exception) when (exception is SocketException or OutOfMemoryException && !stopped.IsCancellationRequested)
            {
                await PauseAsync(exception, stopped).ConfigureAwait(false);
            }
            catch (Exception) when (stopped.IsCancellationRequested)
            {
                // Stopped: the loop's condition ends it.
            }
        }
    }

    private void Begin(InboundConnection connection)
    {
        lock (_gate)
        {
            _running.Add(connection);
        }

        try
        {
            connection.Start(Serve);
        }
        catch
        {
            End(connection);
            throw;
        }
    }

    /// <summary>By the connection's thread.</summary>
    private void Serve(InboundConnection connection)
    {
        _welcome.Serve(connection);
        End(connection);
    }

    private void End(InboundConnection connection)
    {
        connection.Close();
        lock (_gate)
        {
            _running.Remove(connection);
        }
    }

    /// <summary>Out of descriptors or threads, for example: trying at once again would only burn the processor.</summary>
    private async Task PauseAsync(Exception exception, CancellationToken stopped)
    {
        _services.Statistics.OnAcceptFailed();
        if (_failureLog.TryPass(NodeId.None))
        {
            Log.AcceptFailed(_services.Logger, exception, LocalEndPoint);
        }

        try
        {
            await Task.Delay(PauseAfterFailure, _services.TimeProvider, stopped).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopped: the accept loop's condition ends it.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 30, EventName = "consensus.connection.accept_failed", Level = LogLevel.Error, Message = "Cannot accept connections at {EndPoint}; trying on.")]
        public static partial void AcceptFailed(ILogger logger, Exception exception, IPEndPoint endPoint);
    }
}
