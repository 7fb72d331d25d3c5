namespace Consensus.Client.Json;

/// <summary>The body of an answer that is not a success (RFC 9457), with the members that the API adds.</summary>
internal sealed record ProblemDocument
{
    public string? Code { get; init; }

    public string? Detail { get; init; }

    public bool MayHaveTakenEffect { get; init; }

    public string? Rejection { get; init; }

    public ulong? Index { get; init; }

    public ulong? Version { get; init; }
}
