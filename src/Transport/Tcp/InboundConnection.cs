using System.Diagnostics.CodeAnalysis;
using Consensus.Engine;
using Microsoft.Extensions.Logging;

namespace Consensus.Transport;

/// <summary>A connection that a peer dialled, and on which it sends.</summary>
/// <remarks>
/// Served by a thread of its own from its first byte to its end: there are few peers, a message reaches the replica's loop with one hop between threads, and an
/// application that starves the pool does not cut its replica off from the others. <see cref="PendingHandshakes"/> bounds the threads of callers who are no peers.
/// </remarks>
[SuppressMessage(
    "Design", "CA1001", Justification = "Without timer or wait handle a token source holds nothing to free, and Abort may come at any time.")]
internal sealed partial class InboundConnection
{
    private readonly TcpServices _services;
    private readonly LogThrottle _frameLog;
    private readonly CancellationTokenSource _abort = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isAborted;

    public InboundConnection(InboundWire wire, TcpServices services, LogThrottle frameLog)
    {
        _frameLog = frameLog;
        Wire = wire;
        _services = services;
    }

    public InboundWire Wire { get; }

    /// <summary>Completes when the connection gives its receiver nothing more.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Whether this side ended it.</summary>
    public bool IsAborted
    {
        get => Volatile.Read(ref _isAborted);
        private set => Volatile.Write(ref _isAborted, value);
    }

    /// <summary>Begins to serve the connection.</summary>
    /// <exception cref="OutOfMemoryException">The machine gives no thread more.</exception>
    public void Start(Action<InboundConnection> serve) =>
        new Thread(() => serve(this)) { Name = $"consensus-{_services.Options.Node}-receive", IsBackground = true }.Start();

    /// <summary>Waits for the end.</summary>
    /// <returns>Whether it came before <paramref name="cancellationToken"/> was cancelled.</returns>
    [SuppressMessage("Usage", "VSTHRD002", Justification = "Called by threads of connections only, which nothing else waits for.")]
    public bool WaitForEnd(CancellationToken cancellationToken)
    {
        try
        {
            _ended.Task.Wait(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Receives until the connection ends. By the connection's thread.</summary>
    public void Receive(NodeId peer, ITransportReceiver receiver)
    {
        var aborted = _abort.Token;
        var statistics = _services.Statistics.ForPeer(peer);
        using var reader = new FrameReader(_services.Options.FrameLengthMax);
        try
        {
            while (true)
            {
                var count = Wire.Receive(reader.GetMemory().Span);
                if (count == 0)
                {
                    break;
                }

                reader.Advance(count);
                var status = reader.TryRead(out var frame);
                while (status == FrameReadStatus.Frame)
                {
                    statistics.OnReceived(FrameFormat.HeaderSize + frame.Memory.Length);
                    if (!WaitForRoom(receiver.OnFrameAsync(peer, frame, aborted)))
                    {
                        statistics.OnRejectedFrame();
                        if (_frameLog.TryPass(peer))
                        {
                            Log.FrameRejected(_services.Logger, peer, Wire.Remote);
                        }

                        return;
                    }

                    status = reader.TryRead(out frame);
                }

                if (status != FrameReadStatus.Incomplete)
                {
                    statistics.OnMalformedFrame();
                    if (_frameLog.TryPass(peer))
                    {
                        Log.FrameMalformed(_services.Logger, peer, Wire.Remote, status);
                    }

                    return;
                }
            }
        }
        catch (Exception exception) when (ConnectionSocket.IsBroken(exception))
        {
            // The ordinary end of a connection.
        }

        if (reader.HasPartialFrame && !IsAborted)
        {
            statistics.OnMalformedFrame();
        }
    }

    /// <summary>Ends the connection. Any thread, any number of times.</summary>
    public void Abort()
    {
        IsAborted = true;
        Wire.Abort();
        _abort.Cancel();
    }

    /// <summary>Closes the wire and marks the end: nothing more will be given to the receiver.</summary>
    public void Close()
    {
        Wire.Dispose();
        _ended.TrySetResult();
    }

    [SuppressMessage("Usage", "VSTHRD002", Justification = "The thread is the connection's own, and its peer is to wait too.")]
    private static bool WaitForRoom(ValueTask<bool> taken) => taken.IsCompletedSuccessfully ? taken.Result : taken.AsTask().GetAwaiter().GetResult();

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 10,
            EventName = "consensus.connection.frame_rejected",
            Level = LogLevel.Warning,
            Message = "Node {Peer} at {Remote} sent a frame that is not acceptable; its connection is closed.")]
        public static partial void FrameRejected(ILogger logger, NodeId peer, System.Net.EndPoint? remote);

        [LoggerMessage(
            EventId = 11,
            EventName = "consensus.connection.frame_malformed",
            Level = LogLevel.Warning,
            Message = "Node {Peer} at {Remote} sent a malformed frame ({Status}); its connection is closed.")]
        public static partial void FrameMalformed(ILogger logger, NodeId peer, System.Net.EndPoint? remote, FrameReadStatus status);
    }
}
