using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Requests;
using Consensus.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Metrics;

/// <summary><c>GET /v1/metrics</c>: what one node has counted since it started.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder routes, ApiGroup group) =>
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/metrics", Get);

    private static ValueTask<IResult> Get(ApiRequest request) =>
        new(TypedResults.Json(MetricsDocument.Of(request.Consensus.GetMetrics()), ApiJson.Default.MetricsDocument));
}
