using Microsoft.AspNetCore.Http;

namespace Consensus.AspNetCore.Requests;

/// <summary>One request to one group's API.</summary>
/// <param name="Http">The request as the server sees it.</param>
/// <param name="Group">The group that it is for.</param>
internal readonly record struct ApiRequest(HttpContext Http, ApiGroup Group)
{
    /// <summary>The group's replica on this node.</summary>
    public IConsensus Consensus => Service<IConsensus>();

    /// <summary>The API's bounds.</summary>
    public ApiSettings Settings => Group.Settings;

    /// <summary>Signalled when the client goes away.</summary>
    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>A service of the group.</summary>
    public T Service<T>()
        where T : notnull => Group.Service<T>(Http.RequestServices);
}
