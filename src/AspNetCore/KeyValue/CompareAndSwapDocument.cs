using Consensus.AspNetCore.Json;

namespace Consensus.AspNetCore.KeyValue;

/// <summary>The body of <c>POST /v1/kv/{key}/cas</c>. Both members must be there: forgetting one is not the same as <c>null</c>.</summary>
internal sealed record CompareAndSwapDocument
{
    /// <summary>The value that the key must have; <c>null</c>: it must have none.</summary>
    public required Blob? Expected { get; init; }

    /// <summary>The value that it gets; <c>null</c>: it is removed.</summary>
    public required Blob? Replacement { get; init; }
}
