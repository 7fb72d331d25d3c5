using System.Globalization;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.Proofs;

/// <summary><c>GET /v1/proofs/{index}</c> and <c>GET /v1/sessions/{client}/replies/{sequence}</c>: what a client need not believe one node.</summary>
internal static class ProofEndpoints
{
    public static void MapProofs(this IEndpointRouteBuilder routes, ApiGroup group)
    {
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/proofs/{index}", ProveAsync);
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/sessions/{client}/replies/{sequence}", ReplyAsync);
    }

    private static async ValueTask<IResult> ProveAsync(ApiRequest request)
    {
        if (!TryRead(request, "index", out var index, out var problem))
        {
            return problem;
        }

        var result = await request.Consensus.ProveAsync(new LogIndex(index), request.Aborted).ConfigureAwait(false);
        return result.IsProven ? Document(result.Proof) : RefusalProblems.TypeOf(result.Refusal).With(result.Detail);
    }

    private static async ValueTask<IResult> ReplyAsync(ApiRequest request)
    {
        if (!TryRead(request, "client", out var client, out var problem) || !TryRead(request, "sequence", out var sequence, out problem))
        {
            return problem;
        }

        var found = await request.Consensus.FindResultAsync(new RequestId(new ClientId(client), sequence), request.Aborted).ConfigureAwait(false);
        return found.IsFound ? Document(found.Reply) : RefusalProblems.TypeOf(found.Refusal).With(found.Detail);
    }

    private static FileContentHttpResult Document(ReadOnlyMemory<byte> text) => TypedResults.Bytes(text, "application/json");

    private static bool TryRead(in ApiRequest request, string name, out ulong number, out ProblemResult problem)
    {
        var text = (string)request.Http.Request.RouteValues[name]!;
        problem = ProblemType.MalformedRequest.With($"{name} in the path is no number; allowed: 1 to {ulong.MaxValue}.");
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
    }
}
