using System.Text.Json.Serialization.Metadata;
using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Requests;
using Consensus.Replication.Workflow;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Workflow;

/// <summary><c>/v1/cases</c>, <c>/v1/policies</c>, <c>/v1/overlays</c>: the workflow machine.</summary>
internal static class WorkflowEndpoints
{
    private const int PageDefault = 100;

    public static void MapWorkflow(this IEndpointRouteBuilder routes, ApiGroup group)
    {
        routes.MapApi(group, HttpMethods.Get, "/v1/cases", ListCasesAsync);
        routes.MapApi(group, HttpMethods.Post, "/v1/cases", CreateCaseAsync);
        routes.MapApi(group, HttpMethods.Get, "/v1/cases/{name}", GetCaseAsync);
        routes.MapApi(group, HttpMethods.Post, "/v1/cases/{name}/state", UpdateCaseAsync);
        routes.MapApi(group, HttpMethods.Delete, "/v1/cases/{name}", request => ProposeAsync(request, new RemoveCase(NameOf(request))));
        routes.MapApi(group, HttpMethods.Get, "/v1/policies", ListPoliciesAsync);
        routes.MapApi(group, HttpMethods.Post, "/v1/policies", ApplyPolicyAsync);
        routes.MapApi(group, HttpMethods.Delete, "/v1/policies/{name}", request => ProposeAsync(request, new RemovePolicy(NameOf(request))));
        routes.MapApi(group, HttpMethods.Get, "/v1/overlays", ListOverlaysAsync);
        routes.MapApi(group, HttpMethods.Post, "/v1/overlays", DeployOverlayAsync);
    }

    private static async ValueTask<IResult> GetCaseAsync(ApiRequest request)
    {
        if (!QueryParameters.Consistency(request.Http.Request).Try(out var consistency, out var problem))
        {
            return problem;
        }

        var read = await StoreOf(request).GetCaseAsync(NameOf(request), consistency, request.Aborted).ConfigureAwait(false);
        return read is { IsAnswered: true, Value: { } found }
            ? TypedResults.Json(CaseDocument.Of(found), ApiJson.Default.CaseDocument)
            : WorkflowProblems.Of(read.Refusal, read.Rejection);
    }

    private static async ValueTask<IResult> CreateCaseAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.CreateCaseDocument).ConfigureAwait(false);
        return body.Try(out var document, out var problem)
            ? await ProposeAsync(request, document.ToCommand()).ConfigureAwait(false)
            : problem;
    }

    private static async ValueTask<IResult> UpdateCaseAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.CaseStateDocument).ConfigureAwait(false);
        return body.Try(out var document, out var problem)
            ? await ProposeAsync(request, document.ToCommand(NameOf(request))).ConfigureAwait(false)
            : problem;
    }

    private static async ValueTask<IResult> ApplyPolicyAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.PolicyDocument).ConfigureAwait(false);
        return body.Try(out var document, out var problem) && document.ToPolicy().Try(out var policy, out problem)
            ? await ProposeAsync(request, new ApplyPolicy(policy)).ConfigureAwait(false)
            : problem;
    }

    private static async ValueTask<IResult> DeployOverlayAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.OverlayDocument).ConfigureAwait(false);
        return body.Try(out var document, out var problem) && document.ToOverlay().Try(out var overlay, out problem)
            ? await ProposeAsync(request, new DeployOverlay(overlay)).ConfigureAwait(false)
            : problem;
    }

    private static ValueTask<IResult> ListCasesAsync(ApiRequest request) =>
        ListAsync(request, StoreOf(request).ListCasesAsync, CaseDocument.Of, ApiJson.Default.PageDocumentCaseDocument);

    private static ValueTask<IResult> ListPoliciesAsync(ApiRequest request) =>
        ListAsync(request, StoreOf(request).ListPoliciesAsync, PolicyDocument.Of, ApiJson.Default.PageDocumentPolicyDocument);

    private static ValueTask<IResult> ListOverlaysAsync(ApiRequest request) =>
        ListAsync(request, StoreOf(request).ListOverlaysAsync, DeployedOverlayDocument.Of, ApiJson.Default.PageDocumentDeployedOverlayDocument);

    private static async ValueTask<IResult> ListAsync<T, TDocument>(
        ApiRequest request,
        Func<string, int, string, ReadConsistency, CancellationToken, ValueTask<WorkflowRead<WorkflowPage<T>>>> list,
        Func<T, TDocument> show,
        JsonTypeInfo<PageDocument<TDocument>> type)
    {
        var http = request.Http.Request;
        if (!QueryParameters.Text(http, "prefix").Try(out var prefix, out var problem)
            || !QueryParameters.Text(http, "after").Try(out var after, out problem)
            || !QueryParameters.Limit(http, PageDefault, Math.Min(request.Settings.ScanEntriesMax, WorkflowLimits.PageMax)).Try(out var limit, out problem)
            || !QueryParameters.Consistency(http).Try(out var consistency, out problem))
        {
            return problem;
        }

        var read = await list(prefix, limit, after, consistency, request.Aborted).ConfigureAwait(false);
        return read is { IsAnswered: true, Value: { } page }
            ? TypedResults.Json(new PageDocument<TDocument>(read.Index.Value, [.. page.Items.Select(show)], page.HasMore), type)
            : WorkflowProblems.Of(read.Refusal, read.Rejection);
    }

    private static async ValueTask<IResult> ProposeAsync(ApiRequest request, WorkflowCommand command)
    {
        if (!IdempotencyKey.Read(request.Http.Request).Try(out var options, out var problem))
        {
            return problem;
        }

        var result = await StoreOf(request).ProposeAsync(command, options, request.Aborted).ConfigureAwait(false);
        return result.IsApplied
            ? TypedResults.Json(new AcceptedDocument(result.Index.Value, result.Revision), ApiJson.Default.AcceptedDocument)
            : WorkflowProblems.Of(result);
    }

    private static WorkflowStore StoreOf(in ApiRequest request) => request.Service<WorkflowStore>();

    /// <summary>The name in the path. Servers leave an encoded slash as it is, so it is decoded here.</summary>
    private static string NameOf(in ApiRequest request) =>
        ((string)request.Http.Request.RouteValues["name"]!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
