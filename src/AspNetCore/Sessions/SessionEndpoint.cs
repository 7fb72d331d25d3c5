using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Sessions;

/// <summary><c>POST /v1/sessions</c>: opens a session, whose number idempotency keys begin with.</summary>
internal static class SessionEndpoint
{
    public static void MapSessions(this IEndpointRouteBuilder routes, ApiGroup group) =>
        routes.MapApi(group, AccessRole.Write, HttpMethods.Post, "/v1/sessions", OpenAsync);

    private static async ValueTask<IResult> OpenAsync(ApiRequest request)
    {
        var session = await request.Consensus.OpenSessionAsync(request.Aborted).ConfigureAwait(false);
        return session.IsOpen
            ? TypedResults.Json(new SessionDocument(session.Client.Value), ApiJson.Default.SessionDocument, statusCode: StatusCodes.Status201Created)
            : RefusalProblems.OfQuery(session.Refusal);
    }
}
