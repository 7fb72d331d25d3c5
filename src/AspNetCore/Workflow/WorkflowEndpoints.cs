using System.Text.Json.Serialization.Metadata;
using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Replication.Workflow;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Workflow;

/// <summary><c>/v1/cases</c>, <c>/v1/policies</c>, <c>/v1/overlays</c>: the workflow machine.</summary>
internal static class WorkflowEndpoints
{
    private const string Cases = "cases";
    private const string Policies = "policies";
    private const int PageDefault = 100;

    public static void MapWorkflow(this IEndpointRouteBuilder routes, ApiGroup group)
    {
        routes.MapApi(group, HttpMethods.Get, "/v1/cases", ListCasesAsync);
        routes.MapApi(group, HttpMethods.Post, "/v1/cases", CreateCaseAsync);
        routes.MapApi(group, HttpMethods.Get, "/v1/cases/{name}", GetCaseAsync);
        routes.MapApi(group, HttpMethods.Post, "/v1/cases/{name}/state", UpdateCaseAsync);
        routes.MapApi(group, HttpMethods.Delete, "/v1/cases/{name}", RemoveCaseAsync);
        routes.MapApi(group, HttpMethods.Get, "/v1/policies", ListPoliciesAsync);
        routes.MapApi(group, HttpMethods.Post, "/v1/policies", ApplyPolicyAsync);
        routes.MapApi(group, HttpMethods.Delete, "/v1/policies/{name}", RemovePolicyAsync);
        routes.MapApi(group, HttpMethods.Get, "/v1/overlays", ListOverlaysAsync);
        routes.MapApi(group, HttpMethods.Post, "/v1/overlays", DeployOverlayAsync);
    }

    private static async ValueTask<IResult> GetCaseAsync(ApiRequest request)
    {
        if (!NamePath.Read(request.Http, Cases).Try(out var id, out var problem)
            || !QueryParameters.Consistency(request.Http.Request).Try(out var consistency, out problem))
        {
            return problem;
        }

        var read = await StoreOf(request).GetCaseAsync(id, consistency, request.Aborted).ConfigureAwait(false);
        return read switch
        {
            { IsAnswered: false } => WorkflowProblems.Of(read.Refusal, read.Rejection),
            { Value: { } found } => TypedResults.Json(CaseDocument.Of(found), ApiJson.Default.CaseDocument),
            _ => ProblemType.NotFound.With($"There is no case '{id}'."),
        };
    }

    private static async ValueTask<IResult> CreateCaseAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.CreateCaseDocument).ConfigureAwait(false);
        return body.Try(out var document, out var problem) && document.ToCommand().Try(out var command, out problem)
            ? await ProposeAsync(request, command).ConfigureAwait(false)
            : problem;
    }

    private static async ValueTask<IResult> UpdateCaseAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.CaseStateDocument).ConfigureAwait(false);
        return body.Try(out var document, out var problem) && NamePath.Read(request.Http, Cases).Try(out var id, out problem)
            ? await ProposeAsync(request, document.ToCommand(id)).ConfigureAwait(false)
            : problem;
    }

    private static async ValueTask<IResult> RemoveCaseAsync(ApiRequest request) => NamePath.Read(request.Http, Cases).Try(out var id, out var problem)
        ? await ProposeAsync(request, new RemoveCase(id)).ConfigureAwait(false)
        : problem;

    private static async ValueTask<IResult> RemovePolicyAsync(ApiRequest request) => NamePath.Read(request.Http, Policies).Try(out var name, out var problem)
        ? await ProposeAsync(request, new RemovePolicy(name)).ConfigureAwait(false)
        : problem;

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
}
