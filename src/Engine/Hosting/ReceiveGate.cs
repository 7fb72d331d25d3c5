namespace Consensus.Engine;

/// <summary>Bounds the bytes of received frames that wait for the loop: beyond the bound, receivers wait, and so do the senders.</summary>
internal sealed class ReceiveGate(long bytesMax)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _opened;
    private long _bytes;

    /// <summary>A frame was queued.</summary>
    /// <returns>Completes when the next one may be read.</returns>
    public ValueTask EnterAsync(int bytes, CancellationToken cancellationToken)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= bytesMax)
        {
            return ValueTask.CompletedTask;
        }

        lock (_lock)
        {
            // Looked at again under the lock: the loop may have caught up in between, and then nobody would open the gate.
            if (Volatile.Read(ref _bytes) <= bytesMax)
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
        if (Interlocked.Add(ref _bytes, -bytes) > bytesMax || Volatile.Read(ref _opened) is null)
        {
            return;
        }

        lock (_lock)
        {
            _opened?.SetResult();
            _opened = null;
        }
    }
}
