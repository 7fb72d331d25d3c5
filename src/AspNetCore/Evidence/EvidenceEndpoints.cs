using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Evidence;

/// <summary><c>GET /v1/evidence</c>: what this node has found that proves other members faulty.</summary>
internal static class EvidenceEndpoints
{
    public static void MapEvidence(this IEndpointRouteBuilder routes, ApiGroup group)
    {
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/evidence", List);
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/evidence/{digest}", Get);
    }

    private static ValueTask<IResult> List(ApiRequest request) =>
        new(TypedResults.Json(new EvidenceListDocument([.. Kept(request).Select(EvidenceItemDocument.Of)]), ApiJson.Default.EvidenceListDocument));

    private static ValueTask<IResult> Get(ApiRequest request)
    {
        var digest = (string)request.Http.Request.RouteValues["digest"]!;
        return Kept(request).FirstOrDefault(kept => digest.Equals($"{kept.Digest}", StringComparison.OrdinalIgnoreCase)) is { } found
            ? new(TypedResults.Bytes(found.Document.ToUtf8(), "application/json"))
            : new(ProblemType.NotFound.With("This node keeps no evidence of that digest; GET /v1/evidence lists what it keeps. What it has found just now it may not have stored yet, and others may have found what it has not."));
    }

    /// <summary>A group that was not added with <c>AddConsensus</c> keeps nothing.</summary>
    private static IReadOnlyList<ArchivedEvidence> Kept(in ApiRequest request) => request.Group.Find<EvidenceArchive>(request.Http.RequestServices)?.List() ?? [];
}
