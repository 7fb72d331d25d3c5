using System.Runtime.CompilerServices;
using System.Text.Json;
using Consensus.Client.Calls;
using Consensus.Client.Json;
using Consensus.Client.Nodes;

namespace Consensus.Client.Events;

/// <summary>Follows the events of a node, and of another one when it is lost.</summary>
internal sealed class EventFeed(ConsensusClientOptions options, ApiSender sender, NodeRing ring, LeaderFinder leader, TimeProvider time)
{
    private const string StatusName = "status";
    private const int EventBytesMax = 1024 * 1024;

    /// <summary>Follows them until it is told to stop.</summary>
    public async IAsyncEnumerable<NodeEvent> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lastId = "";
        while (true)
        {
            var (node, wait) = ring.Next();
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            }

            using var silence = new CancellationTokenSource(options.EventSilence, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
            var connection = await ConnectAsync(node, lastId, either.Token, cancellationToken).ConfigureAwait(false);
            if (connection is null)
            {
                continue;
            }

            await using (connection.ConfigureAwait(false))
            {
                while (await NextAsync(connection, silence, either.Token, cancellationToken).ConfigureAwait(false) is { } received)
                {
                    lastId = connection.Events.LastId.Length > 0 ? connection.Events.LastId : lastId;
                    if (ToEvent(node, connection.Events.LastId, received) is { } happened)
                    {
                        yield return happened;
                    }
                }
            }

            ring.Failed(node, TimeSpan.Zero);
            leader.Doubted();
        }
    }

    private async Task<EventConnection?> ConnectAsync(NodeEndpoint node, string lastId, CancellationToken either, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, "v1/events"));
            if (lastId.Length > 0)
            {
                request.Headers.TryAddWithoutValidation("Last-Event-ID", lastId);
            }

            var response = await sender.OpenAsync(request, either).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                var stream = await response.Content.ReadAsStreamAsync(either).ConfigureAwait(false);
                ring.Succeeded(node);
                return new EventConnection(response, new ServerSentEventReader(stream, EventBytesMax));
            }

            using (response)
            {
                var answer = await ApiAnswer.ReadAsync(response, either).ConfigureAwait(false);
                if (answer.Problem is { IsTransient: false } problem)
                {
                    throw new ConsensusException(ConsensusFailure.InvalidConfiguration, $"{node.Name} gives no events. {problem.Detail}");
                }

                ring.Failed(node, answer.RetryAfter);
            }
        }
        catch (Exception exception) when (IsBreak(exception, cancellationToken))
        {
            // The next node is asked; to whoever reads, a break shows as a new status.
            ring.Failed(node, TimeSpan.Zero);
        }

        return null;
    }

    /// <summary>Waits for the next event. Each sign of life buys the connection more time.</summary>
    /// <returns>The event, or <see langword="null"/> if the connection is lost.</returns>
    private async Task<ServerSentEvent?> NextAsync(
        EventConnection connection, CancellationTokenSource silence, CancellationToken either, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.Events.ReadAsync(() => silence.CancelAfter(options.EventSilence), either).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsBreak(exception, cancellationToken))
        {
            return null;
        }
    }

    private static bool IsBreak(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException or InvalidDataException or OperationCanceledException && !cancellationToken.IsCancellationRequested;

    /// <summary>What an event says, or <see langword="null"/> if this version of the client does not know it.</summary>
    private NodeEvent? ToEvent(NodeEndpoint node, string id, ServerSentEvent received)
    {
        try
        {
            if (received.Name == StatusName)
            {
                var status = JsonSerializer.Deserialize(received.Data, WireJson.Default.StatusDocument)!.ToStatus();
                leader.Learn(node, status.Status.Node, status.Status.Leader);
                return new NodeEvent(node.Address, id, status, null);
            }

            var happened = JsonSerializer.Deserialize(received.Data, WireJson.Default.EventDocument)!.ToEvent(received.Name);
            if (happened is LeaderChanged changed)
            {
                leader.Learn(node, node.Node, changed.Leader);
            }

            return happened is null ? null : new NodeEvent(node.Address, id, null, happened);
        }
        catch (JsonException exception)
        {
            throw new ConsensusException(ConsensusFailure.InvalidConfiguration, $"An event of {node.Name} is not what a node's API says: {exception.Message}", exception);
        }
    }
}
