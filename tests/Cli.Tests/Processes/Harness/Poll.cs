namespace Consensus.Cli.Tests.Processes.Harness;

/// <summary>Waits for something to become true, and says what was missing if it never does.</summary>
internal static class Poll
{
    /// <summary>Never asserted on: only how long a test that fails may take to say so, on a machine that has other things to do.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Tries until there is a result.</summary>
    /// <param name="what">What is waited for, as a sentence.</param>
    /// <param name="attempt">Returns <see langword="null"/> as long as there is nothing.</param>
    public static async Task<T> ForAsync<T>(string what, Func<Task<T?>> attempt)
        where T : class
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < Deadline)
        {
            if (await attempt() is { } result)
            {
                return result;
            }

            await Task.Delay(Pause);
        }

        throw new TimeoutException($"Not within {Deadline}: {what}");
    }

    /// <summary>Tries until it is true.</summary>
    /// <param name="what">What is waited for, as a sentence.</param>
    /// <param name="condition">Whether it is true by now.</param>
    public static Task UntilAsync(string what, Func<Task<bool>> condition) =>
        ForAsync<object>(what, async () => await condition() ? string.Empty : null);
}
