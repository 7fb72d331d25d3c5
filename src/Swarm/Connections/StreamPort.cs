using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Consensus.Gossip;
using Consensus.Swarm.Hosting;
using Consensus.Swarm.Wire;
using Consensus.Transport;

namespace Consensus.Swarm.Connections;

/// <summary>The connections of a node: dialled when something is to be sent, accepted from others, closed when nobody uses them. Safe to use from any number of threads.</summary>
internal sealed class StreamPort : IAsyncDisposable
{
    private readonly StreamGreeting _greeting;
    private readonly PeerLocations _locations;
    private readonly IStreamReceiver _receiver;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<NodeId, StreamLink> _links = new();
    private readonly ConcurrentDictionary<StreamConnection, bool> _open = new();
    private readonly Socket _listener;
    private int _accepted;
    private int _greetings;

    /// <param name="listener">Listens already.</param>
    /// <param name="greeting">Shows who is at the ends.</param>
    /// <param name="options">The settings, which are valid.</param>
    /// <param name="locations">Where peers are.</param>
    /// <param name="receiver">Takes what comes.</param>
    /// <param name="counts">Counts.</param>
    /// <param name="work">What goes on beside.</param>
    /// <param name="time">The clock.</param>
    public StreamPort(Socket listener, StreamGreeting greeting, SwarmNetworkOptions options, PeerLocations locations, IStreamReceiver receiver, SwarmCounts counts, BackgroundWork work, TimeProvider time) =>
        (_listener, _greeting, Options, _locations, _receiver, Counts, Work, _time) = (listener, greeting, options, locations, receiver, counts, work, time);

    /// <summary>The settings.</summary>
    public SwarmNetworkOptions Options { get; }

    /// <summary>Counts.</summary>
    public SwarmCounts Counts { get; }

    /// <summary>What goes on beside.</summary>
    public BackgroundWork Work { get; }

    /// <summary>How many connections there are.</summary>
    public int Count => _open.Count;

    /// <summary>Begins to accept.</summary>
    public void Start()
    {
        Work.TryBegin(AcceptAsync);
        Work.TryBegin(CloseIdleAsync);
    }

    /// <summary>Sends a message to a peer as soon as there is a connection to it.</summary>
    public void Send(NodeId peer, byte[] message)
    {
        if (!LinkTo(peer).TrySend(message))
        {
            Counts.Add(SwarmCount.FramesUnsent);
        }
    }

    /// <summary>Sends a message to whoever is at an address.</summary>
    public void Introduce(string address, byte[] message) => Work.TryBegin(async cancellationToken =>
    {
        if (!PeerAddress.TryParse(address, out var endPoint) || await DialAsync(endPoint, NodeId.None, cancellationToken).ConfigureAwait(false) is not { } connection)
        {
            Counts.Add(SwarmCount.FramesUnsent);
            return;
        }

        Send(connection.Peer.Id, message);
    });

    /// <summary>Connects to a peer, and reads from it from now on.</summary>
    /// <returns>The connection; <see langword="null"/> if there is none to be had.</returns>
    public async ValueTask<StreamConnection?> DialAsync(NodeId peer, CancellationToken cancellationToken) =>
        _locations.Find(peer) is { } endPoint ? await DialAsync(endPoint, peer, cancellationToken).ConfigureAwait(false) : null;

    /// <summary>Closes all connections. What goes on beside ends with <see cref="Work"/>.</summary>
    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (var (connection, _) in _open)
        {
            connection.Dispose();
        }

        return Work.DisposeAsync();
    }

    private StreamLink LinkTo(NodeId peer) => _links.GetOrAdd(peer, static (id, port) => new StreamLink(id, port), this);

    private async ValueTask<StreamConnection?> DialAsync(EndPoint endPoint, NodeId wanted, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        NetworkStream? stream = null;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Options.ConnectTimeout);
            await socket.ConnectAsync(endPoint, limit.Token).ConfigureAwait(false);
            limit.CancelAfter(Options.GreetingTimeout);
            stream = new NetworkStream(socket, ownsSocket: false);
            var peer = await _greeting.DialledAsync(stream, wanted, limit.Token).ConfigureAwait(false);
            var connection = Open(socket, stream, peer);
            Counts.Add(SwarmCount.Dialled);
            if (Work.TryBegin(token => ReadAsync(connection, token)))
            {
                return connection;
            }

            Close(connection);
            return null;
        }
        catch (Exception exception) when (ConnectionSocket.IsBroken(exception) || exception is StreamRefusedException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            socket.Dispose();
            Counts.Add(SwarmCount.ConnectionsRefused);
            return null;
        }
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException) when (!cancellationToken.IsCancellationRequested)
            {
                // That one is gone again, or there are no more handles for now; connections wait in the backlog meanwhile.
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, cancellationToken).ConfigureAwait(false);
                continue;
            }
            catch (ObjectDisposedException)
            {
                return;
            }

            if (Volatile.Read(ref _accepted) >= Options.ConnectionsMax || Volatile.Read(ref _greetings) >= Options.GreetingsMax || !Work.TryBegin(token => WelcomeAsync(socket, token)))
            {
                Counts.Add(SwarmCount.ConnectionsRefused);
                socket.Dispose();
            }
        }
    }

    private async Task WelcomeAsync(Socket socket, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _accepted);
        try
        {
            if (await GreetAsync(socket, cancellationToken).ConfigureAwait(false) is { } connection)
            {
                Counts.Add(SwarmCount.Accepted);
                await ReadAsync(connection, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                Counts.Add(SwarmCount.ConnectionsRefused);
                socket.Dispose();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _accepted);
        }
    }

    private async ValueTask<StreamConnection?> GreetAsync(Socket socket, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _greetings);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Options.GreetingTimeout);
            socket.NoDelay = true;
            var stream = new NetworkStream(socket, ownsSocket: false);
            return Open(socket, stream, await _greeting.AcceptedAsync(stream, limit.Token).ConfigureAwait(false));
        }
        catch (Exception exception) when (ConnectionSocket.IsBroken(exception) || exception is StreamRefusedException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _greetings);
        }
    }

    private StreamConnection Open(Socket socket, Stream stream, StreamPeer peer)
    {
        var connection = new StreamConnection(socket, stream, peer, _time);
        _open[connection] = true;
        LinkTo(peer.Id).Adopt(connection);
        return connection;
    }

    private void Close(StreamConnection connection)
    {
        _open.TryRemove(connection, out _);
        LinkTo(connection.Peer.Id).Forget(connection);
        connection.Dispose();
    }

    private async Task ReadAsync(StreamConnection connection, CancellationToken cancellationToken)
    {
        using var reader = new FrameReader(FrameSeal.HashSize + GossipLimits.StreamBytesMax);
        try
        {
            while (await connection.Stream.ReadAsync(reader.GetMemory(), cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                connection.Touch();
                reader.Advance(count);
                if (!TakeFrames(connection, reader))
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (ConnectionSocket.IsBroken(exception))
        {
            // The ordinary end.
        }
        finally
        {
            Close(connection);
        }
    }

    private bool TakeFrames(StreamConnection connection, FrameReader reader)
    {
        FrameReadStatus status;
        while ((status = reader.TryRead(out var frame)) == FrameReadStatus.Frame)
        {
            using (frame)
            {
                Counts.Add(SwarmCount.FramesReceived);
                Counts.Add(SwarmCount.FrameBytesReceived, FrameFormat.HeaderSize + frame.Memory.Length);
                if (!connection.Peer.Inbound.Opens(frame.Memory.Span))
                {
                    // Somebody on the way, perhaps: not held against the peer.
                    Counts.Add(SwarmCount.Malformed);
                    return false;
                }

                _receiver.OnFrame(connection.Peer.Id, frame.Memory[FrameSeal.HashSize..]);
            }
        }

        if (status != FrameReadStatus.Incomplete)
        {
            // A length is not under the hash, so this as well may be somebody on the way.
            Counts.Add(SwarmCount.Malformed);
            return false;
        }

        return true;
    }

    private async Task CloseIdleAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Options.IdleAfter / 4, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var (connection, _) in _open)
            {
                if (connection.Idle > Options.IdleAfter)
                {
                    Close(connection);
                }
            }
        }
    }
}
