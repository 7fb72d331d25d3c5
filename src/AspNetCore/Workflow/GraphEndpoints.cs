using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Hosting;
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
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/graphs", AllowedQuery.Page, ListAsync);
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/graphs/{name}", AllowedQuery.Read, GetAsync);
        routes.MapApi(group, AccessRole.Write, HttpMethods.Put, "/v1/graphs/{name}", AllowedQuery.Write, DefineAsync);
        routes.MapApi(group, AccessRole.Write, HttpMethods.Delete, "/v1/graphs/{name}", AllowedQuery.Write, RemoveAsync);
    }

    private static ValueTask<IResult> ListAsync(ApiRequest request) =>
        WorkflowCalls.ListAsync(request, WorkflowCalls.StoreOf(request).ListGraphsAsync, GraphDocument.Of, ApiJson.Default.PageDocumentGraphDocument);

    private static ValueTask<IResult> GetAsync(ApiRequest request) => WorkflowCalls.GetAsync(
        request, Graphs, WorkflowCalls.StoreOf(request).GetGraphAsync, GraphDocument.Of, ApiJson.Default.GraphDocument, name => $"No graph '{name}' is deployed.");

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

    private static ValueTask<IResult> RemoveAsync(ApiRequest request) => WorkflowCalls.RemoveAsync(request, Graphs, name => new RemoveGraph(name));
}
