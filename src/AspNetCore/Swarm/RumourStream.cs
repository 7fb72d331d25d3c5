using System.Net.WebSockets;
using System.Text.Json;
using Consensus.Gossip;
using Consensus.Swarm;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consensus.AspNetCore.Swarm;

/// <summary>Sends each rumour that comes, as a text message of its own, until the client or the node has gone. Who reads too slowly loses some.</summary>
/// <param name="node">The node.</param>
/// <param name="kind">Of which kind; <see langword="null"/> for all.</param>
internal sealed class RumourStream(SwarmNode node, string? kind) : IResult
{
    /// <summary>For how long the client may take to say that it has heard that this is the end.</summary>
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var stopping = httpContext.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        using var socket = await httpContext.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted);
        using var handler = kind is null ? node.HandleAll(SendAsync) : node.Handle(kind, SendAsync);
        var closed = ReadUntilClosedAsync(socket, end.Token);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = stopping.Register(stopped.SetResult);
        if (await Task.WhenAny(closed, node.Completion, stopped.Task).ConfigureAwait(false) != closed)
        {
            end.CancelAfter(FarewellTime);
            await CloseAsync(socket, WebSocketCloseStatus.EndpointUnavailable, end.Token).ConfigureAwait(false);
        }

        await closed.ConfigureAwait(false);

        async ValueTask SendAsync(Rumour rumour, CancellationToken cancellationToken)
        {
            try
            {
                await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(RumourDocument.Of(rumour), SwarmJson.Default.RumourDocument), WebSocketMessageType.Text, endOfMessage: true, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException)
            {
                // The client has gone, which whoever reads finds out as well.
                return;
            }
        }
    }

    /// <summary>Nothing is expected from the client but its end; what it says is passed over.</summary>
    private static async Task ReadUntilClosedAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[256];
        try
        {
            while ((await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The client has gone without a word.
            return;
        }

        if (socket.State == WebSocketState.CloseReceived)
        {
            await CloseAsync(socket, WebSocketCloseStatus.NormalClosure, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task CloseAsync(WebSocket socket, WebSocketCloseStatus status, CancellationToken cancellationToken)
    {
        try
        {
            await socket.CloseOutputAsync(status, statusDescription: null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The client has gone without waiting for that.
            return;
        }
    }
}
