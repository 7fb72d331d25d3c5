namespace Consensus.Transport;

/// <summary>What went to, and came from, one peer. Counts from the transport's start; safe to read from any thread.</summary>
public sealed class PeerStatistics
{
    private long _framesSent;
    private long _bytesSent;
    private long _framesReceived;
    private long _bytesReceived;
    private long _droppedQueueFull;
    private long _droppedTooLong;
    private long _droppedNotConnected;
    private long _connectionsOpened;
    private long _connectionsAccepted;
    private long _connectFailures;
    private long _refusedByPeer;
    private long _malformedFrames;
    private long _rejectedFrames;

    internal PeerStatistics()
    {
    }

    /// <summary>Frames handed to the network.</summary>
    public long FramesSent => Volatile.Read(ref _framesSent);

    /// <summary>Bytes handed to the network, lengths included.</summary>
    public long BytesSent => Volatile.Read(ref _bytesSent);

    /// <summary>Whole frames that arrived.</summary>
    public long FramesReceived => Volatile.Read(ref _framesReceived);

    /// <summary>Bytes of the whole frames that arrived, lengths included.</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>Messages dropped because the queue to the peer was full.</summary>
    public long DroppedQueueFull => Volatile.Read(ref _droppedQueueFull);

    /// <summary>Messages dropped because they are longer than this side sends or the peer takes.</summary>
    public long DroppedTooLong => Volatile.Read(ref _droppedTooLong);

    /// <summary>Messages dropped because there was no connection.</summary>
    public long DroppedNotConnected => Volatile.Read(ref _droppedNotConnected);

    /// <summary>Connections to the peer that came up; all but the first are reconnects.</summary>
    public long ConnectionsOpened => Volatile.Read(ref _connectionsOpened);

    /// <summary>Connections from the peer that were accepted.</summary>
    public long ConnectionsAccepted => Volatile.Read(ref _connectionsAccepted);

    /// <summary>Attempts to connect to the peer that failed, at all of its end points.</summary>
    public long ConnectFailures => Volatile.Read(ref _connectFailures);

    /// <summary>Times that whoever listened at an end point of the peer refused.</summary>
    public long RefusedByPeer => Volatile.Read(ref _refusedByPeer);

    /// <summary>Frames that were empty, too long, or cut off by the connection's end.</summary>
    public long MalformedFrames => Volatile.Read(ref _malformedFrames);

    /// <summary>Frames that the receiver did not accept.</summary>
    public long RejectedFrames => Volatile.Read(ref _rejectedFrames);

    internal void OnSent(long frames, long bytes)
    {
        Interlocked.Add(ref _framesSent, frames);
        Interlocked.Add(ref _bytesSent, bytes);
    }

    internal void OnReceived(long bytes)
    {
        Interlocked.Increment(ref _framesReceived);
        Interlocked.Add(ref _bytesReceived, bytes);
    }

    internal void OnDroppedQueueFull() => Interlocked.Increment(ref _droppedQueueFull);

    internal void OnDroppedTooLong() => Interlocked.Increment(ref _droppedTooLong);

    internal void OnDroppedNotConnected() => Interlocked.Increment(ref _droppedNotConnected);

    internal void OnConnectionOpened() => Interlocked.Increment(ref _connectionsOpened);

    internal void OnConnectionAccepted() => Interlocked.Increment(ref _connectionsAccepted);

    internal void OnConnectFailed() => Interlocked.Increment(ref _connectFailures);

    internal void OnRefusedByPeer() => Interlocked.Increment(ref _refusedByPeer);

    internal void OnMalformedFrame() => Interlocked.Increment(ref _malformedFrames);

    internal void OnRejectedFrame() => Interlocked.Increment(ref _rejectedFrames);
}
