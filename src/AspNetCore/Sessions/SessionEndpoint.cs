using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Cryptography;
using Consensus.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Sessions;

/// <summary><c>POST /v1/sessions</c>: opens a session, whose number idempotency keys begin with; with a public key one that only its owner can use.</summary>
internal static class SessionEndpoint
{
    public static void MapSessions(this IEndpointRouteBuilder routes, ApiGroup group) =>
        routes.MapApi(group, AccessRole.Write, HttpMethods.Post, "/v1/sessions", OpenAsync);

    private static async ValueTask<IResult> OpenAsync(ApiRequest request)
    {
        if (!(await ReadKeyAsync(request).ConfigureAwait(false)).Try(out var key, out var problem))
        {
            return problem;
        }

        var session = key.Length == 0
            ? await request.Consensus.OpenSessionAsync(request.Aborted).ConfigureAwait(false)
            : await request.Consensus.OpenSessionAsync(key, request.Aborted).ConfigureAwait(false);
        return session.IsOpen
            ? TypedResults.Json(new SessionDocument(session.Client.Value), ApiJson.Default.SessionDocument, statusCode: StatusCodes.Status201Created)
            : RefusalProblems.OfQuery(session.Refusal);
    }

    /// <summary>The public key in the body; none, if there is no body or it names none.</summary>
    private static async ValueTask<Parsed<byte[]>> ReadKeyAsync(ApiRequest request)
    {
        if (request.Http.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            return Array.Empty<byte>();
        }

        if (!(await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.OpenSessionDocument).ConfigureAwait(false)).Try(out var document, out var problem))
        {
            return problem;
        }

        if (document.PublicKey is not { } text)
        {
            return Array.Empty<byte>();
        }

        // Not repeated: it may be a private key, put in the wrong place.
        return PublicKey.TryParse(text, out var key) && Ed25519.IsCanonical(key)
            ? Convert.FromHexString(text)
            : ProblemType.MalformedRequest.With($"public_key is no Ed25519 public key under which a signature could be valid; allowed: {2 * PublicKey.Size} hexadecimal digits, as \"consensus keys show\" prints them.");
    }
}
