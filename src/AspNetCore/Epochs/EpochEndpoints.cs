using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.AspNetCore.Status;
using Consensus.Hosting;
using Consensus.Hybrid;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Epochs;

/// <summary><c>GET /v1/epochs</c> and <c>POST /v1/control/seal</c>: which engines a group has gone on with, and an operator's order to go on with another.</summary>
internal static class EpochEndpoints
{
    /// <summary>Room for an order that lists so many members as a configuration may have, each at an address as long as addresses get.</summary>
    private const int OrderBytesMax = 32 * 1024;

    public static void MapEpochs(this IEndpointRouteBuilder routes, ApiGroup group)
    {
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/epochs", List);
        routes.MapApi(group, AccessRole.Operate, HttpMethods.Post, "/v1/control/seal", SealAsync);
    }

    private static ValueTask<IResult> List(ApiRequest request) => request.Group.Find<GroupEpochs>(request.Http.RequestServices)?.Known is { } epochs
        ? new(TypedResults.Bytes(EpochHistoryDocument.ToUtf8(epochs), "application/json"))
        : new(ProblemType.NotSupported.With("The group is no hybrid: it has one engine, and no epochs with other ones."));

    private static async ValueTask<IResult> SealAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.SealDocument).ConfigureAwait(false);
        if (!body.Try(out var document, out var problem))
        {
            return problem;
        }

        if (document.Order.Length is 0 or > OrderBytesMax)
        {
            return ProblemType.MalformedRequest.With($"'order' has {document.Order.Length} bytes; allowed: 1 to {OrderBytesMax:N0}, a signed order as consensus seal makes it.");
        }

        var result = await request.Consensus.EndEpochAsync(document.Order, request.Aborted).ConfigureAwait(false);
        return result.IsDone
            ? TypedResults.Json(StatusDocument.Of(request.Consensus), ApiJson.Default.StatusDocument)
            : RefusalProblems.OfControl(result);
    }
}
