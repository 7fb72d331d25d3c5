namespace Consensus.Engine;

/// <summary>Bounds the bytes of received frames that wait for the loop, or their number: beyond the bound, receivers wait, and so do the senders.</summary>
/// <remarks>
/// Below the bound a frame costs one addition. Who goes beyond it says so before looking at the bytes again, and who takes bytes away does
/// that before looking whether somebody waits: one of the two sees the other.
/// </remarks>
internal sealed class ReceiveGate(long bytesMax)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<bool>? _opened;
    private long _bytes;
    private volatile bool _isOpenForGood;

    /// <summary>How many bytes wait.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>A frame was queued.</summary>
    /// <returns>Completes, and is always true, when the next one may be read.</returns>
    public ValueTask<bool> EnterAsync(int bytes, CancellationToken cancellationToken) =>
        Interlocked.Add(ref _bytes, bytes) <= bytesMax || _isOpenForGood ? new ValueTask<bool>(true) : WaitAsync(cancellationToken);

    /// <summary>The loop is done with frames of that many bytes.</summary>
    public void Leave(int bytes)
    {
        if (Interlocked.Add(ref _bytes, -bytes) <= bytesMax && Volatile.Read(ref _opened) is not null)
        {
            Open();
        }
    }

    /// <summary>The replica stops: nobody waits here any more.</summary>
    public void OpenForGood()
    {
        _isOpenForGood = true;
        Open();
    }

    private ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var opened = _opened ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.MemoryBarrier();
            if (Bytes <= bytesMax || _isOpenForGood)
            {
                Open();
            }

            return new ValueTask<bool>(opened.Task.WaitAsync(cancellationToken));
        }
    }

    private void Open()
    {
        lock (_lock)
        {
            _opened?.SetResult(true);
            _opened = null;
        }
    }
}
