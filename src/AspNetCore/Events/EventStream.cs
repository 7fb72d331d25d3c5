using System.Buffers;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Requests;
using Consensus.AspNetCore.Status;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consensus.AspNetCore.Events;

/// <summary>
/// Writes what happens to a replica as server-sent events (WHATWG HTML, section 9.2): first <c>status</c>, unless the client goes on where an earlier stream
/// broke off, then one event for each <see cref="ConsensusEvent"/>, and a comment each 15 s, so that a connection that leads nowhere is noticed.
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

        var history = request.Group.History;
        var stopping = httpContext.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        var position = history.Join(request.Consensus, stopping);
        var node = request.Consensus.Status.Node;
        if (httpContext.Request.Headers["Last-Event-ID"] is [var seen] && history.TryResume(seen, node, out var resumed))
        {
            position = resumed;
        }
        else
        {
            // The place is taken before the status is read, so that nothing can happen unseen between the two.
            await SendStatusAsync(response, history.IdOf(node, position)).ConfigureAwait(false);
        }

        await FollowAsync(response, history, node, position).ConfigureAwait(false);
    }

    private async Task FollowAsync(HttpResponse response, EventHistory history, NodeId node, long position)
    {
        while (true)
        {
            var step = history.After(position);
            if (step.Missed > 0)
            {
                position += step.Missed;
                await SendEventAsync(response, new EventsLost(step.Missed), history.IdOf(node, position)).ConfigureAwait(false);
            }
            else if (step.Happened is { } happened)
            {
                position++;
                await SendEventAsync(response, happened, history.IdOf(node, position)).ConfigureAwait(false);
            }
            else if (step.HasEnded)
            {
                if (step.Failure is { } failure)
                {
                    ExceptionDispatchInfo.Throw(failure);
                }

                return;
            }
            else if (!await ArrivesBeforeHeartbeatAsync(step.Arrival, response.HttpContext.RequestAborted).ConfigureAwait(false))
            {
                await SendAsync(response, Heartbeat).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<bool> ArrivesBeforeHeartbeatAsync(Task next, CancellationToken cancellationToken)
    {
        if (next.IsCompleted)
        {
            return true;
        }

        using var heard = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(next, Task.Delay(HeartbeatInterval, time, heard.Token)).ConfigureAwait(false);
        await heard.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return first == next;
    }

    private Task SendStatusAsync(HttpResponse response, string id)
    {
        Begin("status", id);
        using (var writer = new Utf8JsonWriter(_frame))
        {
            JsonSerializer.Serialize(writer, StatusDocument.Of(request.Consensus), ApiJson.Default.StatusDocument);
        }

        return EndAsync(response);
    }

    private Task SendEventAsync(HttpResponse response, ConsensusEvent happened, string id)
    {
        var (name, data) = EventDocument.Of(happened);
        Begin(name, id);
        using (var writer = new Utf8JsonWriter(_frame))
        {
            JsonSerializer.Serialize(writer, data, ApiJson.Default.EventDocument);
        }

        return EndAsync(response);
    }

    private void Begin(string name, string id)
    {
        _frame.ResetWrittenCount();
        _frame.Write("id: "u8);
        _frame.Write(System.Text.Encoding.ASCII.GetBytes(id));
        _frame.Write("\nevent: "u8);
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
