using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Requests;
using Consensus.Hosting;
using Consensus.Replication.Workflow;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Workflow;

/// <summary><c>/v1/cases</c>, <c>/v1/policies</c>, <c>/v1/overlays</c>, and what lies beside them: the workflow machine.</summary>
internal static class WorkflowEndpoints
{
    private const string Cases = "cases";
    private const string Policies = "policies";

    public static void MapWorkflow(this IEndpointRouteBuilder routes, ApiGroup group)
    {
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/cases", AllowedQuery.Page, ListCasesAsync);
        routes.MapApi(group, AccessRole.Write, HttpMethods.Post, "/v1/cases", AllowedQuery.Write, CreateCaseAsync);
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/cases/{name}", AllowedQuery.Read, GetCaseAsync);
        routes.MapApi(group, AccessRole.Write, HttpMethods.Post, "/v1/cases/{name}/state", AllowedQuery.Write, UpdateCaseAsync);
        routes.MapApi(group, AccessRole.Write, HttpMethods.Delete, "/v1/cases/{name}", AllowedQuery.Write, RemoveCaseAsync);
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/policies", AllowedQuery.Page, ListPoliciesAsync);
        routes.MapApi(group, AccessRole.Write, HttpMethods.Post, "/v1/policies", AllowedQuery.Write, ApplyPolicyAsync);
        routes.MapApi(group, AccessRole.Write, HttpMethods.Delete, "/v1/policies/{name}", AllowedQuery.Write, RemovePolicyAsync);
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/overlays", AllowedQuery.Page, ListOverlaysAsync);
        routes.MapApi(group, AccessRole.Write, HttpMethods.Post, "/v1/overlays", AllowedQuery.Write, DeployOverlayAsync);
        routes.MapGraphs(group);
        routes.MapOperations(group);
    }

    private static ValueTask<IResult> GetCaseAsync(ApiRequest request) => WorkflowCalls.GetAsync(
        request, Cases, WorkflowCalls.StoreOf(request).GetCaseAsync, CaseDocument.Of, ApiJson.Default.CaseDocument, id => $"There is no case '{id}'.");

    private static async ValueTask<IResult> CreateCaseAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.CreateCaseDocument).ConfigureAwait(false);
        return body.Try(out var document, out var problem) && document.ToCommand().Try(out var command, out problem)
            ? await WorkflowCalls.ProposeAsync(request, command).ConfigureAwait(false)
            : problem;
    }

    private static async ValueTask<IResult> UpdateCaseAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.CaseStateDocument).ConfigureAwait(false);
        return body.Try(out var document, out var problem) && NamePath.Read(request.Http, Cases).Try(out var id, out problem)
            ? await WorkflowCalls.ProposeAsync(request, document.ToCommand(id)).ConfigureAwait(false)
            : problem;
    }

    private static ValueTask<IResult> RemoveCaseAsync(ApiRequest request) => WorkflowCalls.RemoveAsync(request, Cases, id => new RemoveCase(id));

    private static ValueTask<IResult> RemovePolicyAsync(ApiRequest request) => WorkflowCalls.RemoveAsync(request, Policies, name => new RemovePolicy(name));

    private static async ValueTask<IResult> ApplyPolicyAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.PolicyDocument).ConfigureAwait(false);
        return body.Try(out var document, out var problem) && document.ToPolicy().Try(out var policy, out problem)
            ? await WorkflowCalls.ProposeAsync(request, new ApplyPolicy(policy)).ConfigureAwait(false)
            : problem;
    }

    private static async ValueTask<IResult> DeployOverlayAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.OverlayDocument).ConfigureAwait(false);
        return body.Try(out var document, out var problem) && document.ToOverlay().Try(out var overlay, out problem)
            ? await WorkflowCalls.ProposeAsync(request, new DeployOverlay(overlay)).ConfigureAwait(false)
            : problem;
    }

    private static ValueTask<IResult> ListCasesAsync(ApiRequest request) =>
        WorkflowCalls.ListAsync(request, WorkflowCalls.StoreOf(request).ListCasesAsync, CaseDocument.Of, ApiJson.Default.PageDocumentCaseDocument);

    private static ValueTask<IResult> ListPoliciesAsync(ApiRequest request) =>
        WorkflowCalls.ListAsync(request, WorkflowCalls.StoreOf(request).ListPoliciesAsync, PolicyDocument.Of, ApiJson.Default.PageDocumentPolicyDocument);

    private static ValueTask<IResult> ListOverlaysAsync(ApiRequest request) =>
        WorkflowCalls.ListAsync(request, WorkflowCalls.StoreOf(request).ListOverlaysAsync, DeployedOverlayDocument.Of, ApiJson.Default.PageDocumentDeployedOverlayDocument);
}
