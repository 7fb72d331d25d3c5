using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Requests;
using Consensus.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Status;

/// <summary><c>GET /v1/status</c>: one node's view of itself and its group.</summary>
internal static class StatusEndpoint
{
    public static void MapStatus(this IEndpointRouteBuilder routes, ApiGroup group) =>
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/status", Get);

    private static ValueTask<IResult> Get(ApiRequest request) =>
        new(TypedResults.Json(StatusDocument.Of(request.Consensus), ApiJson.Default.StatusDocument));
}
