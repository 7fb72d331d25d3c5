using Consensus.AspNetCore;
using Consensus.AspNetCore.Access;
using Consensus.AspNetCore.Epochs;
using Consensus.AspNetCore.Events;
using Consensus.AspNetCore.Evidence;
using Consensus.AspNetCore.Health;
using Consensus.AspNetCore.KeyValue;
using Consensus.AspNetCore.Members;
using Consensus.AspNetCore.Metrics;
using Consensus.AspNetCore.OpenApi;
using Consensus.AspNetCore.Peers;
using Consensus.AspNetCore.Proofs;
using Consensus.AspNetCore.Requests;
using Consensus.AspNetCore.Sessions;
using Consensus.AspNetCore.Status;
using Consensus.AspNetCore.Workflow;
using Consensus.Replication.KeyValue;
using Consensus.Replication.Workflow;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the HTTP API of a consensus group to an application.</summary>
public static class ConsensusEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the API of one group: <c>/v1/…</c> and <c>/healthz/…</c>. The key-value and case endpoints are there if the group has those
    /// machines. Any other path below <c>/v1</c> that the application itself does not map is answered as a problem.
    /// </summary>
    /// <param name="endpoints">Where it is mapped: an application, or <c>app.MapGroup("/orders")</c> if it serves several groups.</param>
    /// <param name="name">The name that the group was registered with; <see langword="null"/> for the default one.</param>
    /// <returns>All endpoints, for conventions that they share, for example <c>RequireAuthorization()</c>. The API itself asks for a token if <c>Http:TokensFile</c> names any.</returns>
    public static IEndpointConventionBuilder MapConsensus(this IEndpointRouteBuilder endpoints, string? name = null)
    {
        var settings = new Lazy<ApiSettings>(() => ApiSettings.Of(endpoints.ServiceProvider, name));

        // A file that cannot be read now may be readable later: only a success is kept. Until then nobody gets in.
        var guard = new Lazy<ApiGuard>(() => ApiGuard.Of(endpoints.ServiceProvider, name), LazyThreadSafetyMode.PublicationOnly);
        var group = new ApiGroup(name, settings, guard);
        var routes = endpoints.MapGroup("");
        routes.MapStatus(group);
        routes.MapMetrics(group);
        routes.MapSessions(group);
        routes.MapMembers(group);
        routes.MapEpochs(group);
        routes.MapPeers(group);
        routes.MapEvents(group);
        routes.MapEvidence(group);
        routes.MapProofs(group);
        routes.MapHealth(group);
        routes.MapOpenApi(group);
        if (group.Has<KeyValueStore>(endpoints.ServiceProvider))
        {
            routes.MapKeyValue(group);
        }

        if (group.Has<WorkflowStore>(endpoints.ServiceProvider))
        {
            routes.MapWorkflow(group);
        }

        routes.MapUnknown(group);
        return routes;
    }
}
