namespace Consensus.Transport.Tests;

/// <summary>Waits for a counter, which tells nobody when it changes.</summary>
internal static class Eventually
{
    public static async Task IsAsync(Func<bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            Assert.That(limit.IsCancellationRequested, Is.False, $"Waited in vain for {what}.");
            Thread.Yield();
            await Task.Yield();
        }
    }
}
