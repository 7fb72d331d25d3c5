using Consensus.AspNetCore.Access;
using Consensus.AspNetCore.Requests;
using Consensus.AspNetCore.Swarm;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the HTTP and WebSocket API of a swarm's node to an application.</summary>
public static class SwarmEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>/api/gossip</c>: what the README of this project lists. The node is the application's <c>SwarmNode</c>, a service. For the WebSocket the application calls <c>UseWebSockets()</c> before.
    /// </summary>
    /// <param name="endpoints">Where it is mapped: an application, or <c>app.MapGroup("/prices")</c> if it has several nodes.</param>
    /// <param name="name">The key of the node among the services; <see langword="null"/> for the one without. If a group of consensus has the same name, its bounds and its tokens hold here, too.</param>
    /// <returns>All endpoints, for conventions that they share, for example <c>RequireAuthorization()</c>.</returns>
    public static IEndpointConventionBuilder MapSwarm(this IEndpointRouteBuilder endpoints, string? name = null)
    {
        var settings = new Lazy<ApiSettings>(() => ApiSettings.Of(endpoints.ServiceProvider, name));
        var guard = new Lazy<ApiGuard>(() => ApiGuard.Of(endpoints.ServiceProvider, name), LazyThreadSafetyMode.PublicationOnly);
        var routes = endpoints.MapGroup("");
        routes.MapGossip(new ApiGroup(name, settings, guard));
        return routes;
    }
}
