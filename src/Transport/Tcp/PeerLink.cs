using Consensus.Engine;
using Microsoft.Extensions.Logging;

namespace Consensus.Transport;

/// <summary>The way to one peer: dials it, sends to it, and dials again when the connection breaks, until it is stopped.</summary>
internal sealed partial class PeerLink : IAsyncDisposable
{
    private readonly TcpServices _services;
    private readonly PeerStatistics _statistics;
    private readonly LogThrottle _failureLog;
    private readonly CancellationTokenSource _stop = new();
    private volatile OutboundConnection? _connection;
    private Task _run = Task.CompletedTask;

    public PeerLink(TcpServices services, Member peer, PeerRecord record)
    {
        _services = services;
        Peer = peer;
        Record = record;
        _statistics = services.Statistics.ForPeer(peer.Id);
        _failureLog = new LogThrottle(services.TimeProvider);
    }

    public Member Peer { get; }

    /// <summary>What is remembered of the peer. A later link to the same peer goes on with it.</summary>
    public PeerRecord Record { get; }

    /// <summary>What is known of the peer now.</summary>
    public PeerStatus Status => Record.ToStatus(Peer, _statistics);

    /// <summary>Whether something was queued since the last flush. The replica's loop only.</summary>
    public bool AwaitsFlush { get; private set; }

    /// <summary>Queues a message. The replica's loop only.</summary>
    public bool Send(ProtocolMessage message)
    {
        if (_connection is not { } connection)
        {
            _statistics.OnDroppedNotConnected();
            return false;
        }

        switch (connection.Append(message, _services.Codec))
        {
            case EnqueueResult.Queued:
                AwaitsFlush = true;
                return true;
            case EnqueueResult.QueueFull:
                _statistics.OnDroppedQueueFull();
                return false;
            case EnqueueResult.FrameTooLong:
                _statistics.OnDroppedTooLong();
                return false;
        }

        throw new InvalidOperationException("The queue gave an answer that this switch does not know.");
    }

    /// <summary>Sends what was queued. The replica's loop only.</summary>
    public void Flush()
    {
        AwaitsFlush = false;
        _connection?.Flush();
    }

    /// <summary>Keeps a connection up from now on.</summary>
    /// <param name="receiver">Is told when the connection comes up and breaks.</param>
    /// <param name="predecessor">The end of an earlier link to the same peer: this one starts after it, so that ups and downs alternate.</param>
    public void Start(ITransportReceiver receiver, Task predecessor) => _run = RunAsync(receiver, predecessor);

    /// <summary>Closes the connection and dials no more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(ITransportReceiver receiver, Task predecessor)
    {
        var stopped = _stop.Token;
        await predecessor.ConfigureAwait(false);
        var backOff = CreateBackOff();
        var dialler = new Dialler(_services, Peer, Record);
        while (!stopped.IsCancellationRequested)
        {
            try
            {
                if (await TryConnectAsync(dialler, stopped).ConfigureAwait(false) is var (wire, frameLengthMax))
                {
                    using (wire)
                    {
                        backOff.Reset();
                        await ServeAsync(wire, frameLengthMax, receiver, stopped).ConfigureAwait(false);
                    }
                }

                await Task.Delay(backOff.Next(), _services.TimeProvider, stopped).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopped.IsCancellationRequested)
            {
                // Stopped while connecting or pausing: the loop's condition ends it.
            }
        }
    }

    private BackOff CreateBackOff()
    {
        var options = _services.Options;
        var seed = options.JitterSeed ^ (((ulong)options.Node.Value << 32) | Peer.Id.Value);
        return new BackOff(options.BackOffMin, options.BackOffMax, new DeterministicRandom(seed));
    }

    private async Task<(OutboundWire Wire, int FrameLengthMax)?> TryConnectAsync(Dialler dialler, CancellationToken stopped)
    {
        try
        {
            var (wire, frameLengthMax) = await dialler.DialAsync(stopped).ConfigureAwait(false);
            return (wire, Math.Min(frameLengthMax, _services.Options.FrameLengthMax));
        }
        catch (ConnectFailedException exception)
        {
            Record.OnConnectFailed(exception.Message);
            _statistics.OnConnectFailed();
            if (_failureLog.TryPass(Peer.Id))
            {
                Log.ConnectFailed(_services.Logger, Peer.Id, Peer.Address, exception.ForLog);
            }

            return null;
        }
    }

    private async Task ServeAsync(OutboundWire wire, int frameLengthMax, ITransportReceiver receiver, CancellationToken stopped)
    {
        var options = _services.Options;
        var connection = new OutboundConnection(wire, new FrameQueue(options.QueuedBytesMax, options.QueuedFramesMax), frameLengthMax, _statistics);
        _connection = connection;
        _statistics.OnConnectionOpened();
        Record.OnOutgoingChanged(isConnected: true);
        Log.Connected(_services.Logger, Peer.Id, wire.Remote);
        receiver.OnConnectionChanged(Peer.Id, isConnected: true);
        await connection.RunAsync(stopped).ConfigureAwait(false);
        _connection = null;
        Record.OnOutgoingChanged(isConnected: false);
        Log.Disconnected(_services.Logger, Peer.Id);
        receiver.OnConnectionChanged(Peer.Id, isConnected: false);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "consensus.connection.connected", Level = LogLevel.Information, Message = "Connected to node {Peer} at {Remote}.")]
        public static partial void Connected(ILogger logger, NodeId peer, System.Net.EndPoint? remote);

        [LoggerMessage(EventId = 2, EventName = "consensus.connection.disconnected", Level = LogLevel.Information, Message = "The connection to node {Peer} ended.")]
        public static partial void Disconnected(ILogger logger, NodeId peer);

        [LoggerMessage(
            EventId = 3,
            EventName = "consensus.connection.connect_failed",
            Level = LogLevel.Warning,
            Message = "Cannot connect to node {Peer} at {Address}; trying on. {Failure}")]
        public static partial void ConnectFailed(ILogger logger, NodeId peer, string address, string failure);
    }
}
