using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Health;

/// <summary>
/// <c>/healthz/live</c>: restart this node if it fails. <c>/healthz/ready</c>: send no requests here while it fails.
/// </summary>
/// <remarks>
/// A node without a leader lives: restarting it would help nobody. A node with a full disk is ready: it answers reads, and refuses writes
/// itself with an error that says so.
/// </remarks>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes, ApiGroup group)
    {
        routes.MapApi(group, HttpMethods.Get, "/healthz/live", request => new(AnswerTo(WhyNotLive(request.Consensus.Status))));
        routes.MapApi(group, HttpMethods.Get, "/healthz/ready", request => new(AnswerTo(WhyNotReady(request.Consensus.Status))));
    }

    private static string? WhyNotLive(ConsensusStatus status) =>
        status.Role == ReplicaRole.Stopped ? "The replica has stopped for good." : null;

    private static string? WhyNotReady(ConsensusStatus status) =>
        WhyNotLive(status) ?? (status.Leader == NodeId.None ? "No leader is known." : null);

    private static JsonHttpResult<HealthDocument> AnswerTo(string? complaint) => complaint is null
        ? TypedResults.Json(new HealthDocument("healthy", ""), ApiJson.Default.HealthDocument)
        : TypedResults.Json(new HealthDocument("unhealthy", complaint), ApiJson.Default.HealthDocument, statusCode: StatusCodes.Status503ServiceUnavailable);
}
