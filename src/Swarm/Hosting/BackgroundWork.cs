namespace Consensus.Swarm.Hosting;

/// <summary>What a node does beside its callers: begun here, told to end here, and waited for here. Safe to use from any number of threads.</summary>
/// <param name="onFailure">Is told of what nobody expected.</param>
internal sealed class BackgroundWork(Action<Exception> onFailure) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One is for whoever disposes of it.
    private int _running = 1;
    private int _isEnding;

    /// <summary>Says when all is to end.</summary>
    public CancellationToken Ending => _end.Token;

    /// <summary>Begins something, unless all is ending.</summary>
    /// <returns>Whether it was begun.</returns>
    public bool TryBegin(Func<CancellationToken, Task> work)
    {
        Interlocked.Increment(ref _running);
        if (Volatile.Read(ref _isEnding) != 0)
        {
            End();
            return false;
        }

        _ = Task.Run(() => RunAsync(work), CancellationToken.None);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isEnding, 1) == 0)
        {
            await _end.CancelAsync().ConfigureAwait(false);
            End();
        }

        await _done.Task.ConfigureAwait(false);
    }

    private async Task RunAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // It was told to end.
        }
        catch (Exception exception)
        {
            onFailure(exception);
        }
        finally
        {
            End();
        }
    }

    private void End()
    {
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _done.TrySetResult();
        }
    }
}
