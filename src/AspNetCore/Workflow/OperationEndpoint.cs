using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Requests;
using Consensus.Hosting;
using Consensus.Replication.Workflow;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Workflow;

/// <summary><c>/v1/operations/{name}</c>: the custom operations of the application.</summary>
internal static class OperationEndpoint
{
    public static void MapOperations(this IEndpointRouteBuilder routes, ApiGroup group) =>
        routes.MapApi(group, AccessRole.Write, HttpMethods.Post, "/v1/operations/{name}", AllowedQuery.Write, RunAsync);

    private static async ValueTask<IResult> RunAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.OperationDocument).ConfigureAwait(false);
        return body.Try(out var document, out var problem) && NamePath.Read(request.Http, "operations").Try(out var name, out problem)
            ? await WorkflowCalls.ProposeAsync(request, new Custom(name, document.Payload?.Bytes ?? default), Show).ConfigureAwait(false)
            : problem;
    }

    private static IResult Show(WorkflowResult result) =>
        TypedResults.Json(new OperationResultDocument(result.Index.Value, new Blob(result.Payload)), ApiJson.Default.OperationResultDocument);
}
