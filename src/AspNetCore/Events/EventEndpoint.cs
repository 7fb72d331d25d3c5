using Consensus.AspNetCore.Requests;
using Consensus.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.AspNetCore.Events;

/// <summary><c>GET /v1/events</c>: what happens to this node from now on.</summary>
internal static class EventEndpoint
{
    public static void MapEvents(this IEndpointRouteBuilder routes, ApiGroup group) =>
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/events", request => new(new EventStream(request, TimeOf(request.Http))));

    private static TimeProvider TimeOf(HttpContext context) => context.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System;
}
