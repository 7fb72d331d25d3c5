namespace Consensus.Transport;

/// <summary>Runs what may block its thread, or not care for its token.</summary>
internal static class Detached
{
    /// <summary>Runs it on a thread of the pool.</summary>
    /// <returns>What came of it. The task itself never fails: whoever waits for it no longer need not hear of its end.</returns>
    public static Task<(T? Value, Exception? Failure)> RunAsync<T>(Func<Task<T>> action)
        where T : class =>
        Task.Run<(T?, Exception?)>(async () =>
        {
            try
            {
                return (await action().ConfigureAwait(false), null);
            }
            catch (Exception exception)
            {
                return (null, exception);
            }
        });
}
