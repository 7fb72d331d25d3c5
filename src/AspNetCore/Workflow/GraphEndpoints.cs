using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Replication.Workflow;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Workflow;

/// <summary><c>/v1/graphs</c>: the state graphs that are deployed under their names.</summary>
internal static class GraphEndpoints
{
    private const string Graphs = "graphs";

    public static void MapGraphs(this IEndpointRouteBuilder routes, ApiGroup group)
    {
        routes.MapApi(group, HttpMethods.Get, "/v1/graphs", ListAsync);
        routes.MapApi(group, HttpMethods.Get, "/v1/graphs/{name}", GetAsync);
        routes.MapApi(group, HttpMethods.Put, "/v1/graphs/{name}", DefineAsync);
        routes.MapApi(group, HttpMethods.Delete, "/v1/graphs/{name}", RemoveAsync);
    }

    private static ValueTask<IResult> ListAsync(ApiRequest request) =>
        WorkflowCalls.ListAsync(request, WorkflowCalls.StoreOf(request).ListGraphsAsync, GraphDocument.Of, ApiJson.Default.PageDocumentGraphDocument);

    private static async ValueTask<IResult> GetAsync(ApiRequest request)
    {
        if (!NamePath.Read(request.Http, Graphs).Try(out var name, out var problem)
            || !QueryParameters.Consistency(request.Http.Request).Try(out var consistency, out problem))
        {
            return problem;
        }

        var read = await WorkflowCalls.StoreOf(request).GetGraphAsync(name, consistency, request.Aborted).ConfigureAwait(false);
        return read switch
        {
            { IsAnswered: false } => WorkflowProblems.Of(read.Refusal, read.Rejection),
            { Value: { } graph } => TypedResults.Json(GraphDocument.Of(graph), ApiJson.Default.GraphDocument),
            _ => ProblemType.NotFound.With($"No graph '{name}' is deployed."),
        };
    }

    private static async ValueTask<IResult> DefineAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.GraphDocument).ConfigureAwait(false);
        if (!body.Try(out var document, out var problem) || !NamePath.Read(request.Http, Graphs).Try(out var name, out problem))
        {
            return problem;
        }

        return string.Equals(document.Name, name, StringComparison.Ordinal)
            ? await WorkflowCalls.ProposeAsync(request, new DefineGraph(document.ToGraph())).ConfigureAwait(false)
            : ProblemType.MalformedRequest.With($"The path names the graph '{name}', the body '{document.Name}'; they must be the same.");
    }

    private static async ValueTask<IResult> RemoveAsync(ApiRequest request) => NamePath.Read(request.Http, Graphs).Try(out var name, out var problem)
        ? await WorkflowCalls.ProposeAsync(request, new RemoveGraph(name)).ConfigureAwait(false)
        : problem;
}
