using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Peers;

/// <summary><c>GET /v1/peers</c>: what one node knows of its peers.</summary>
internal static class PeerEndpoint
{
    public static void MapPeers(this IEndpointRouteBuilder routes, ApiGroup group) =>
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/peers", Get);

    /// <summary>An empty list would say that there are no peers, which is another thing than that nobody keeps account of them.</summary>
    private static ValueTask<IResult> Get(ApiRequest request) => request.Group.Find<IPeerRegistry>(request.Http.RequestServices)?.ListPeers() is { } peers
        ? new(TypedResults.Json(new PeerListDocument(request.Consensus.Status.Node.Value, [.. peers.Select(PeerDocument.Of)]), ApiJson.Default.PeerListDocument))
        : new(ProblemType.NotSupported.With("The transport of this node keeps no registry of its peers; that of TCP does."));
}
