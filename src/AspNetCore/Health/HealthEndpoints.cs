using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Requests;
using Consensus.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Health;

/// <summary>
/// <c>/healthz/live</c>: restart this node if it fails. <c>/healthz/ready</c>: send no requests here while it fails.
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes, ApiGroup group)
    {
        routes.MapApi(group, AccessRole.Anyone, HttpMethods.Get, "/healthz/live", request => new(AnswerTo(ReplicaHealth.WhyNotLive(request.Consensus.Status))));
        routes.MapApi(group, AccessRole.Anyone, HttpMethods.Get, "/healthz/ready", request => new(AnswerTo(ReplicaHealth.WhyNotReady(request.Consensus.Status))));
    }

    private static JsonHttpResult<HealthDocument> AnswerTo(string? complaint) => complaint is null
        ? TypedResults.Json(new HealthDocument("healthy", ""), ApiJson.Default.HealthDocument)
        : TypedResults.Json(new HealthDocument("unhealthy", complaint), ApiJson.Default.HealthDocument, statusCode: StatusCodes.Status503ServiceUnavailable);
}
