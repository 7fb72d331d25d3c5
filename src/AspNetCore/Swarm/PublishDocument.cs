using Consensus.AspNetCore.Json;

namespace Consensus.AspNetCore.Swarm;

/// <summary>The body of <c>POST /api/gossip</c>.</summary>
internal sealed record PublishDocument
{
    /// <summary>What kind of message it is.</summary>
    public required string Kind { get; init; }

    /// <summary>What it says; absent: nothing.</summary>
    public Blob? Payload { get; init; }

    /// <summary>What is told first: <c>critical</c>, <c>normal</c> or <c>bulk</c>; absent: <c>normal</c>.</summary>
    public string? Priority { get; init; }
}
