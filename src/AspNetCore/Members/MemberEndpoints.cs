using System.Globalization;
using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.AspNetCore.Status;
using Consensus.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Members;

/// <summary><c>GET|POST|DELETE /v1/members</c> and <c>POST /v1/control/transfer</c>: who belongs to the group, and who leads it.</summary>
internal static class MemberEndpoints
{
    public static void MapMembers(this IEndpointRouteBuilder routes, ApiGroup group)
    {
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/members", List);
        routes.MapApi(group, AccessRole.Operate, HttpMethods.Post, "/v1/members", AllowedQuery.Members, ChangeAsync);
        routes.MapApi(group, AccessRole.Operate, HttpMethods.Delete, "/v1/members/{id}", AllowedQuery.Members, RemoveAsync);
        routes.MapApi(group, AccessRole.Operate, HttpMethods.Post, "/v1/control/transfer", TransferAsync);
    }

    private static ValueTask<IResult> List(ApiRequest request) => new(MembershipOf(request.Consensus));

    private static async ValueTask<IResult> ChangeAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.MemberChangeDocument).ConfigureAwait(false);
        if (!body.Try(out var document, out var problem) || !document.ToChange().Try(out var change, out problem))
        {
            return problem;
        }

        return await ApplyAsync(request, change).ConfigureAwait(false);
    }

    private static async ValueTask<IResult> RemoveAsync(ApiRequest request)
    {
        var text = (string)request.Http.Request.RouteValues["id"]!;
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
            ? await ApplyAsync(request, MembershipChange.None.Remove(new NodeId(id))).ConfigureAwait(false)
            : ProblemType.MalformedRequest.With("A member is named by its number, 1 to 4,294,967,295.");
    }

    private static async ValueTask<IResult> TransferAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.TransferDocument).ConfigureAwait(false);
        if (!body.Try(out var document, out var problem))
        {
            return problem;
        }

        if (document.Target == 0)
        {
            return ProblemType.MalformedRequest.With("'target' is 0; a member's number is 1 or more. Leave it out for the member that is most up to date.");
        }

        var target = new NodeId(document.Target ?? 0);
        var result = await request.Consensus.TransferLeadershipAsync(target, request.Aborted).ConfigureAwait(false);
        return result.IsDone
            ? TypedResults.Json(StatusDocument.Of(request.Consensus), ApiJson.Default.StatusDocument)
            : RefusalProblems.OfControl(result);
    }

    private static async ValueTask<IResult> ApplyAsync(ApiRequest request, MembershipChange change)
    {
        if (!QueryParameters.ExpectedVersion(request.Http.Request).Try(out var version, out var problem))
        {
            return problem;
        }

        var result = await request.Consensus.ChangeMembershipAsync(change.Expecting(version), request.Aborted).ConfigureAwait(false);
        return result.IsDone ? MembershipOf(request.Consensus, result.Detail) : RefusalProblems.OfControl(result);
    }

    private static JsonHttpResult<MembershipDocument> MembershipOf(IConsensus consensus, string detail = "") => TypedResults.Json(
        MembershipDocument.Of(consensus.Status) with { Detail = detail.Length == 0 ? null : detail }, ApiJson.Default.MembershipDocument);
}
