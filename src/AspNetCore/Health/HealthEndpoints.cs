using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Requests;
using Consensus.AspNetCore.Status;
using Consensus.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consensus.AspNetCore.Health;

/// <summary>
/// <c>/healthz/live</c>: restart this node if it fails. <c>/healthz/ready</c>: send no requests here while it fails.
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes, ApiGroup group)
    {
        var readiness = new ReplicaReadiness();
        routes.MapApi(group, AccessRole.Anyone, HttpMethods.Get, "/healthz/live", request => new(ReplicaHealth.WhyNotLive(request.Consensus.Status) is { } complaint
            ? AnswerTo(HealthStatus.Unhealthy, complaint)
            : AnswerTo(HealthStatus.Healthy, "")));
        routes.MapApi(group, AccessRole.Anyone, HttpMethods.Get, "/healthz/ready", request =>
        {
            var (health, detail) = readiness.Judge(request.Consensus.Status);
            return new(AnswerTo(health, health == HealthStatus.Healthy ? "" : detail));
        });
    }

    // A degraded node still answers reads, as in the framework's own health checks.
    private static JsonHttpResult<HealthDocument> AnswerTo(HealthStatus health, string detail) => TypedResults.Json(
        new HealthDocument(WireNames.Of(health), detail),
        ApiJson.Default.HealthDocument,
        statusCode: health == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
}
