namespace Consensus.Client.Events;

/// <summary>An open stream of events.</summary>
/// <param name="response">The answer that it is the body of.</param>
/// <param name="events">Reads it.</param>
internal sealed class EventConnection(HttpResponseMessage response, ServerSentEventReader events) : IAsyncDisposable
{
    /// <summary>Reads it.</summary>
    public ServerSentEventReader Events => events;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await events.DisposeAsync().ConfigureAwait(false);
        response.Dispose();
    }
}
