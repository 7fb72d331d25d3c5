using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Gossip;
using Consensus.Hosting;
using Consensus.Swarm;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Swarm;

/// <summary><c>/api/gossip</c>: tells a swarm, and shows what it was told.</summary>
internal static class SwarmEndpoints
{
    private const string MessagePrefix = "/api/gossip/message/";

    public static void MapGossip(this IEndpointRouteBuilder routes, ApiGroup group)
    {
        routes.MapApi(group, AccessRole.Write, HttpMethods.Post, "/api/gossip", PublishAsync);
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/api/gossip/message_ids", AllowedQuery.List, request => With(request, node => ListIds(request, node)));
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, MessagePrefix + "{id}", request => With(request, node => Find(request, node)));
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/api/gossip/members", request => With(request, node => TypedResults.Json(SwarmDocument.Of(node), SwarmJson.Default.SwarmDocument)));
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/api/gossip/stream", AllowedQuery.Kinds, request => With(request, node => Follow(request, node)));
    }

    private static ValueTask<IResult> With(ApiRequest request, Func<SwarmNode, IResult> answer)
    {
        try
        {
            return new(answer(request.Service<SwarmNode>()));
        }
        catch (ObjectDisposedException)
        {
            return new(ProblemType.Stopped.With("The node of the swarm has ended; ask another one."));
        }
    }

    private static async ValueTask<IResult> PublishAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http, SwarmJson.Default.PublishDocument).ConfigureAwait(false);
        return body.Try(out var document, out var problem) ? await With(request, node => Publish(node, document)).ConfigureAwait(false) : problem;
    }

    private static IResult Publish(SwarmNode node, PublishDocument document)
    {
        if (WhyNoKind(document.Kind) is { } problem)
        {
            return problem;
        }

        if (PriorityNames.Find(document.Priority ?? PriorityNames.Of(RumourPriority.Normal)) is not { } priority)
        {
            return ProblemType.MalformedRequest.With($"'priority' is '{document.Priority}'; allowed: {PriorityNames.Sentence}.");
        }

        var payload = document.Payload?.Bytes ?? default;
        if (payload.Length > node.PayloadBytesMax)
        {
            return ProblemType.TooLarge.With($"The payload has {payload.Length:N0} bytes; allowed: up to {node.PayloadBytesMax:N0}.");
        }

        try
        {
            var rumour = node.Broadcast(document.Kind, payload, priority);
            return TypedResults.Json(new PublishedDocument(rumour.Id.ToString(), rumour.Sequence), SwarmJson.Default.PublishedDocument, statusCode: StatusCodes.Status202Accepted);
        }
        catch (SwarmFullException exception)
        {
            return ProblemType.Overloaded.With(exception.Message);
        }
    }

    private static ProblemResult? WhyNoKind(string kind) => !Rumour.IsKind(kind)
        ? ProblemType.MalformedRequest.With($"'kind' has {kind.Length} characters; allowed: 1 to {Rumour.KindLengthMax} letters, digits, '-', '.' and '_'.")
        : Rumour.IsReserved(kind)
            ? ProblemType.MalformedRequest.With($"'kind' is '{kind}'; those that begin with '{Rumour.ReservedPrefix}' are the swarm's own.")
            : null;

    private static IResult ListIds(ApiRequest request, SwarmNode node)
    {
        if (!QueryParameters.Limit(request.Http.Request, request.Settings.ScanEntriesMax, request.Settings.ScanEntriesMax).Try(out var limit, out var problem))
        {
            return problem;
        }

        var ids = node.KeptRumours.AsEnumerable();
        if (request.Http.Request.Query[AllowedQuery.After] is [{ } text])
        {
            if (!RumourId.TryParse(text, out var after))
            {
                return ProblemType.MalformedRequest.With("'after' must be the id of a rumour, 32 hexadecimal digits.");
            }

            // One that is kept no more came before all that are.
            var behind = ids.SkipWhile(id => id != after).Skip(1).ToArray();
            ids = behind.Length > 0 || ids.Contains(after) ? behind : ids;
        }

        var page = ids.Take(limit + 1).Select(static id => id.ToString()).ToArray();
        return TypedResults.Json(new RumourIdsDocument(page.Length > limit ? page[..limit] : page, page.Length > limit), SwarmJson.Default.RumourIdsDocument);
    }

    private static IResult Find(ApiRequest request, SwarmNode node)
    {
        var text = (string?)request.Http.Request.RouteValues["id"] ?? "";
        return !RumourId.TryParse(text, out var id) ? ProblemType.MalformedRequest.With($"'{text}' is no rumour's id; allowed: 32 hexadecimal digits.")
            : node.Find(id) is { } rumour ? TypedResults.Json(RumourDocument.Of(rumour), SwarmJson.Default.RumourDocument)
            : ProblemType.NotHere.With("This node has not heard that rumour, or not lately.");
    }

    private static IResult Follow(ApiRequest request, SwarmNode node)
    {
        var kind = request.Http.Request.Query[AllowedQuery.Kind] is [{ } text] ? text : null;
        if (kind is not null && WhyNoKind(kind) is { } problem)
        {
            return problem;
        }

        return request.Http.WebSockets.IsWebSocketRequest
            ? new RumourStream(node, kind)
            : ProblemType.UpgradeRequired.With("This is a WebSocket. If the request asked for one, the application does not take them: app.UseWebSockets() before the endpoints.");
    }
}
