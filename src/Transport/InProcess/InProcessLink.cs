using System.Threading.Channels;
using Consensus.Engine;

namespace Consensus.Transport;

/// <summary>A connection from one transport of an <see cref="InProcessNetwork"/> to another, from its coming up to its end.</summary>
internal sealed class InProcessLink : IAsyncDisposable
{
    private readonly NodeId _from;
    private readonly NodeId _to;
    private readonly InProcessOptions _options;
    private readonly PeerStatistics _sent;
    private readonly Channel<FrameBuffer> _frames = Channel.CreateUnbounded<FrameBuffer>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Queue<FrameBuffer> _unflushed = new();
    private readonly CancellationTokenSource _stop = new();
    private long _queuedBytes;
    private long _queuedFrames;
    private Task _run = Task.CompletedTask;

    public InProcessLink(NodeId from, NodeId to, InProcessOptions options, PeerStatistics sent)
    {
        _from = from;
        _to = to;
        _options = options;
        _sent = sent;
    }

    /// <summary>Queues a frame; it leaves with the next <see cref="Flush"/>. The sender's loop only.</summary>
    public EnqueueResult Append(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length > _options.FrameLengthMax)
        {
            return EnqueueResult.FrameTooLong;
        }

        if (Volatile.Read(ref _queuedFrames) >= _options.QueuedFramesMax
            || Volatile.Read(ref _queuedBytes) + encoded.Length > _options.QueuedBytesMax)
        {
            return EnqueueResult.QueueFull;
        }

        var frame = FrameBuffer.Rent(encoded.Length);
        encoded.CopyTo(frame.Memory.Span);
        Interlocked.Add(ref _queuedBytes, encoded.Length);
        Interlocked.Increment(ref _queuedFrames);
        _unflushed.Enqueue(frame);
        return EnqueueResult.Queued;
    }

    /// <summary>Lets the queued frames go. The sender's loop only.</summary>
    public void Flush()
    {
        while (_unflushed.TryDequeue(out var frame))
        {
            var length = frame.Memory.Length;
            if (_frames.Writer.TryWrite(frame))
            {
                _sent.OnSent(1, length);
            }
            else
            {
                frame.Dispose();
            }
        }
    }

    /// <summary>Carries frames from now on, after <paramref name="predecessor"/> has ended.</summary>
    public void Start(ITransportReceiver sender, ITransportReceiver receiver, PeerStatistics received, Task predecessor) =>
        _run = RunAsync(sender, receiver, received, predecessor);

    /// <summary>Breaks the connection. What is under way is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        _frames.Writer.TryComplete();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(ITransportReceiver sender, ITransportReceiver receiver, PeerStatistics received, Task predecessor)
    {
        var stopped = _stop.Token;
        await predecessor.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!stopped.IsCancellationRequested)
        {
            sender.OnConnectionChanged(_to, isConnected: true);
            try
            {
                await DeliverAsync(receiver, received, stopped).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopped.IsCancellationRequested)
            {
                // Broken while waiting for a frame, or for the receiver: the loop's condition ends it.
            }
            finally
            {
                LoseQueued();
                sender.OnConnectionChanged(_to, isConnected: false);
            }
        }
    }

    private void LoseQueued()
    {
        while (_frames.Reader.TryRead(out var lost))
        {
            Release(lost.Memory.Length);
            lost.Dispose();
        }
    }

    private void Release(int length)
    {
        Interlocked.Add(ref _queuedBytes, -length);
        Interlocked.Decrement(ref _queuedFrames);
    }

    /// <summary>Delivers until the receiver does not accept a frame, which breaks the connection as it does on a network.</summary>
    private async Task DeliverAsync(ITransportReceiver receiver, PeerStatistics received, CancellationToken cancellationToken)
    {
        await foreach (var frame in _frames.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            var length = frame.Memory.Length;
            received.OnReceived(length);
            var isAcceptable = await receiver.OnFrameAsync(_from, frame, cancellationToken).ConfigureAwait(false);
            Release(length);
            if (!isAcceptable)
            {
                received.OnRejectedFrame();
                return;
            }
        }
    }
}
