using System.Buffers;
using System.Text.Json;
using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Requests;
using Consensus.AspNetCore.Status;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Consensus.AspNetCore.Events;

/// <summary>
/// Writes what happens to a replica as server-sent events (WHATWG HTML, section 9.2): first <c>status</c>, then one event for each
/// <see cref="ConsensusEvent"/>, and a comment each 15 s, so that a connection that leads nowhere is noticed.
/// </summary>
internal sealed class EventStream(ApiRequest request, TimeProvider time) : IResult
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    private static readonly byte[] Heartbeat = ":\n\n"u8.ToArray();

    private readonly ArrayBufferWriter<byte> _frame = new();

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted);
        var events = request.Consensus.EventsAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        Task<bool>? next = null;
        try
        {
            // The subscription begins with the first move; the status is read after it, so that nothing can happen unseen between the two.
            next = events.MoveNextAsync().AsTask();
            await SendStatusAsync(response).ConfigureAwait(false);
            while (true)
            {
                if (!await ArrivesBeforeHeartbeatAsync(next, stop.Token).ConfigureAwait(false))
                {
                    await SendAsync(response, Heartbeat).ConfigureAwait(false);
                    continue;
                }

                if (!await next.ConfigureAwait(false))
                {
                    return;
                }

                await SendEventAsync(response, events.Current).ConfigureAwait(false);
                next = events.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            if (next is not null)
            {
                // An enumerator must not be disposed of while it moves.
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await events.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> ArrivesBeforeHeartbeatAsync(Task<bool> next, CancellationToken cancellationToken)
    {
        if (next.IsCompleted)
        {
            return true;
        }

        using var heard = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(next, Task.Delay(HeartbeatInterval, time, heard.Token)).ConfigureAwait(false);
        await heard.CancelAsync().ConfigureAwait(false);
        return first == next;
    }

    private Task SendStatusAsync(HttpResponse response)
    {
        Begin("status");
        using (var writer = new Utf8JsonWriter(_frame))
        {
            JsonSerializer.Serialize(writer, StatusDocument.Of(request.Consensus), ApiJson.Default.StatusDocument);
        }

        return EndAsync(response);
    }

    private Task SendEventAsync(HttpResponse response, ConsensusEvent happened)
    {
        var (name, data) = EventDocument.Of(happened);
        Begin(name);
        using (var writer = new Utf8JsonWriter(_frame))
        {
            JsonSerializer.Serialize(writer, data, ApiJson.Default.EventDocument);
        }

        return EndAsync(response);
    }

    private void Begin(string name)
    {
        _frame.ResetWrittenCount();
        _frame.Write("event: "u8);
        _frame.Write(System.Text.Encoding.ASCII.GetBytes(name));
        _frame.Write("\ndata: "u8);
    }

    private Task EndAsync(HttpResponse response)
    {
        _frame.Write("\n\n"u8);
        return SendAsync(response, _frame.WrittenMemory);
    }

    private static async Task SendAsync(HttpResponse response, ReadOnlyMemory<byte> bytes)
    {
        await response.Body.WriteAsync(bytes, response.HttpContext.RequestAborted).ConfigureAwait(false);
        await response.Body.FlushAsync(response.HttpContext.RequestAborted).ConfigureAwait(false);
    }
}
