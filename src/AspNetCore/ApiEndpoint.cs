using Consensus.AspNetCore.Access;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Consensus.AspNetCore;

/// <summary>Maps a handler, and turns what it throws into the answer that the API promises.</summary>
internal static partial class ApiEndpoint
{
    // The endpoints of an application have 0 unless they say otherwise, its fallback the largest number that there is.
    private const int WrongMethodOrder = int.MaxValue - 2;
    private const int UnknownPathOrder = int.MaxValue - 1;

    /// <summary>Answers one request.</summary>
    internal delegate ValueTask<IResult> Handler(ApiRequest request);

    /// <summary>Maps a handler to a route that takes no parameters.</summary>
    public static void MapApi(this IEndpointRouteBuilder routes, ApiGroup group, AccessRole role, string method, string pattern, Handler handler) =>
        routes.MapApi(group, role, method, pattern, AllowedQuery.None, handler);

    /// <summary>Maps a handler to a route.</summary>
    public static void MapApi(this IEndpointRouteBuilder routes, ApiGroup group, AccessRole role, string method, string pattern, AllowedQuery query, Handler handler)
    {
        Handler checkedHandler = request => query.WhyNot(request.Http.Request) is { } problem ? new(problem) : handler(request);
        group.AddRoute(pattern, method);
        routes.MapMethods(pattern, [method], context => AnswerAsync(new ApiRequest(context, group), role, checkedHandler)).WithMetadata(group, new ApiAccess(role), query);
    }

    /// <summary>
    /// Answers what no handler was mapped to, paths and methods that the API does not have, as it answers everything else: with a problem, and only
    /// whoever may read. Mapped after all handlers; every other endpoint of the application comes before.
    /// </summary>
    public static void MapUnknown(this IEndpointRouteBuilder routes, ApiGroup group)
    {
        foreach (var (pattern, methods) in group.Routes)
        {
            var allowed = string.Join(", ", methods);
            MapLast(pattern, WrongMethodOrder, request =>
            {
                request.Http.Response.Headers.Allow = allowed;
                return new(ProblemType.MethodNotAllowed.With($"{request.Http.Request.Method} is nothing that can be done here; allowed: {allowed}."));
            });
        }

        MapLast("/v1/{**path}", UnknownPathOrder, _ => new(ProblemType.UnknownPath.With("There is nothing at this path. GET /v1/openapi.json lists what there is.")));

        void MapLast(string pattern, int order, Handler handler) => routes
            .Map(pattern, context => AnswerAsync(new ApiRequest(context, group), AccessRole.Read, handler))
            .WithOrder(order)
            .WithMetadata(group, new ApiAccess(AccessRole.Read));
    }

    /// <summary>The bounds of the API that serves a request.</summary>
    public static ApiSettings SettingsOf(HttpContext context) => context.GetEndpoint()!.Metadata.GetRequiredMetadata<ApiGroup>().Settings;

    private static async Task AnswerAsync(ApiRequest request, AccessRole role, Handler handler)
    {
        IResult result;
        try
        {
            result = request.Group.Guard.WhyNot(request.Http.Request, role) ?? await handler(request).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (request.Aborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
            return;
        }
        catch (BadHttpRequestException exception)
        {
            result = ProblemType.MalformedRequest.With(exception.Message);
        }
        catch (ConsensusException exception)
        {
            Log.ReplicaFailed(LoggerOf(request), request.Http.Request.Method, exception);
            result = OfFailure(request, exception);
        }
        catch (Exception exception)
        {
            // A bug, here or in what the application has put in. The client learns that it happened and where to look, the log what it was.
            Log.Unexpected(LoggerOf(request), request.Http.Request.Method, request.Http.TraceIdentifier, exception);
            result = OfBug(request);
        }

        try
        {
            await result.ExecuteAsync(request.Http).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (request.Aborted.IsCancellationRequested)
        {
            // The client left while the answer was written.
            return;
        }
    }

    /// <summary>A replica that stops fails whatever waits in it, also commands that are on their way already.</summary>
    private static ProblemResult OfFailure(in ApiRequest request, ConsensusException exception) => HttpMethods.IsGet(request.Http.Request.Method)
        ? ProblemType.Stopped.With($"The node has stopped: {exception.Message} Ask another one.")
        : ProblemType.OutcomeUnknown.With(
            $"The node stopped before it knew the outcome: {exception.Message} The command may take effect. Send it to another node with the same Idempotency-Key to find out.",
            mayHaveTakenEffect: true);

    /// <summary>Nothing of what went wrong inside is told: it may hold what is none of the client's business.</summary>
    private static ProblemResult OfBug(in ApiRequest request)
    {
        var isWrite = !HttpMethods.IsGet(request.Http.Request.Method) && !HttpMethods.IsHead(request.Http.Request.Method);
        var effect = isWrite ? " The command may have taken effect." : "";
        return ProblemType.InternalError.With(
            $"The node failed to answer; its log says why, under request {request.Http.TraceIdentifier}.{effect}", mayHaveTakenEffect: isWrite);
    }

    private static ILogger LoggerOf(in ApiRequest request) =>
        request.Http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Consensus.AspNetCore");

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "consensus.request.replica_failed", Level = LogLevel.Warning, Message = "A {Method} request failed because the replica cannot go on.")]
        public static partial void ReplicaFailed(ILogger logger, string method, Exception exception);

        [LoggerMessage(EventId = 2, EventName = "consensus.request.unexpected", Level = LogLevel.Error, Message = "A {Method} request failed for a reason that nobody foresaw; it is request {Request}.")]
        public static partial void Unexpected(ILogger logger, string method, string request, Exception exception);
    }
}
