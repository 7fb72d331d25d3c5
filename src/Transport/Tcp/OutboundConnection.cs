using Consensus.Engine;

namespace Consensus.Transport;

/// <summary>A connection that this node dialled, and on which it sends.</summary>
/// <remarks>
/// The wire has one owner at a time, the replica's loop or the send task. <see cref="Flush"/> takes it if it is free, sends what is little
/// without waiting, which saves the hop to another thread, and gives it back; it hands over to the send task what is much or does not
/// fit into the socket's buffer. The task gives the wire back when the queue is empty.
/// </remarks>
internal sealed class OutboundConnection
{
    // Copying this much into the socket's buffer takes about as long as waking the send task.
    private const int SentFromLoopMax = 32 * 1024;

    private const int Free = 0;
    private const int Owned = 1;

    private readonly OutboundWire _wire;
    private readonly FrameQueue _queue;
    private readonly int _frameLengthMax;
    private readonly PeerStatistics _statistics;
    private readonly WakeSignal _handedOver = new();
    private int _ownership = Free;
    private volatile bool _closed;

    public OutboundConnection(OutboundWire wire, FrameQueue queue, int frameLengthMax, PeerStatistics statistics)
    {
        _wire = wire;
        _queue = queue;
        _frameLengthMax = frameLengthMax;
        _statistics = statistics;
    }

    /// <summary>Queues a message. The replica's loop only.</summary>
    public EnqueueResult Append(ProtocolMessage message, IMessageCodec codec) => _queue.Append(message, codec, _frameLengthMax);

    /// <summary>Sends what was queued, or sees to it. The replica's loop only.</summary>
    public void Flush()
    {
        _queue.Publish();
        if (Interlocked.CompareExchange(ref _ownership, Owned, Free) != Free)
        {
            // The send task looks at the queue once more after it has given the wire back, so it sees what was just published.
            return;
        }

        if (_queue.PendingBytes > SentFromLoopMax || !TrySendAll())
        {
            _handedOver.Set();
            return;
        }

        Volatile.Write(ref _ownership, Free);
    }

    /// <summary>Serves the connection until it breaks or is closed.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static connection => ((OutboundConnection)connection!).Close(), this);
        var sending = SendAsync();
        var watching = WatchAsync();
        await Task.WhenAny(sending, watching).ConfigureAwait(false);
        Close();
        await Task.WhenAll(sending, watching).ConfigureAwait(false);
    }

    private bool TrySendAll()
    {
        while (_queue.TryPeek(out var chunk))
        {
            var count = _wire.TrySend(chunk.Span);
            if (count == 0)
            {
                return false;
            }

            _statistics.OnSent(_queue.Consume(count), count);
        }

        return true;
    }

    private async Task SendAsync()
    {
        try
        {
            while (!_closed)
            {
                await _handedOver.WaitAsync().ConfigureAwait(false);
                await SendWhileOwnerAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (ConnectionSocket.IsBroken(exception))
        {
            // The peer, or Close, ended the connection: whoever waits for this task sees that it has ended.
        }
    }

    private async Task SendWhileOwnerAsync()
    {
        do
        {
            while (!_closed && _queue.TryPeek(out var chunk))
            {
                var count = await _wire.SendAsync(chunk, CancellationToken.None).ConfigureAwait(false);
                _statistics.OnSent(_queue.Consume(count), count);
            }

            // Armed before the wire is free: from then on the loop may take it and signal.
            _handedOver.Arm();
            Interlocked.Exchange(ref _ownership, Free);
        }
        while (!_closed && _queue.PendingBytes > 0 && Interlocked.CompareExchange(ref _ownership, Owned, Free) == Free);
    }

    /// <summary>Nothing is ever received here: whatever ends the waiting ends the connection.</summary>
    private async Task WatchAsync()
    {
        try
        {
            await _wire.ReceiveAsync(new byte[1], CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (ConnectionSocket.IsBroken(exception))
        {
            // As in SendAsync.
        }
    }

    private void Close()
    {
        _closed = true;
        _wire.Abort();
        _handedOver.Set();
    }
}
