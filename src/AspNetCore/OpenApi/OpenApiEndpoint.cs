using Consensus.AspNetCore.Requests;
using Consensus.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Consensus.AspNetCore.OpenApi;

/// <summary>
/// <c>GET /v1/openapi.json</c>: the API as OpenAPI 3.1 describes it. Kept by hand, and held to the endpoints and their documents by tests, so that nothing has to be found
/// out about types while a node runs.
/// </summary>
internal static class OpenApiEndpoint
{
    /// <summary>The name of the resource that holds the document.</summary>
    public const string ResourceName = "openapi.json";

    public static void MapOpenApi(this IEndpointRouteBuilder routes, ApiGroup group) =>
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/openapi.json", static _ => new(TypedResults.Stream(Document(), "application/json")));

    private static Stream Document() => typeof(OpenApiEndpoint).Assembly.GetManifestResourceStream(ResourceName)
        ?? throw new InvalidOperationException($"The resource {ResourceName} is not in the assembly.");
}
