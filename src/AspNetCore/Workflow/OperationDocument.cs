using Consensus.AspNetCore.Json;

namespace Consensus.AspNetCore.Workflow;

/// <summary>The body of <c>POST /v1/operations/{name}</c>.</summary>
/// <remarks>JSON and not the payload as it is: a web page of another origin could post that without the browser asking this server first.</remarks>
internal sealed record OperationDocument
{
    /// <summary>What the operation is given; absent: nothing.</summary>
    public Blob? Payload { get; init; }
}
