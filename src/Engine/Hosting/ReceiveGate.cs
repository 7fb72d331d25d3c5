namespace Consensus.Engine;

/// <summary>Bounds the bytes of received frames that wait for the loop: beyond the bound, receivers wait, and so do the senders.</summary>
internal sealed class ReceiveGate(long bytesMax)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _opened;
    private long _bytes;
    private bool _isOpenForGood;

    /// <summary>How many bytes wait.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>A frame was queued.</summary>
    /// <returns>Completes when the next one may be read.</returns>
    public ValueTask EnterAsync(int bytes, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _bytes += bytes;
            if (_bytes <= bytesMax || _isOpenForGood)
            {
                return ValueTask.CompletedTask;
            }

            _opened ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_opened.Task.WaitAsync(cancellationToken));
        }
    }

    /// <summary>The loop is done with frames of that many bytes.</summary>
    public void Leave(int bytes)
    {
        lock (_lock)
        {
            _bytes -= bytes;
            if (_bytes <= bytesMax)
            {
                Open();
            }
        }
    }

    /// <summary>The replica stops: nobody waits here any more.</summary>
    public void OpenForGood()
    {
        lock (_lock)
        {
            _isOpenForGood = true;
            Open();
        }
    }

    private void Open()
    {
        _opened?.SetResult();
        _opened = null;
    }
}
