namespace Consensus.AspNetCore.Workflow;

/// <summary>A step between two states.</summary>
internal readonly record struct TransitionDocument
{
    /// <summary>The state that is left.</summary>
    public required string From { get; init; }

    /// <summary>The state that is entered.</summary>
    public required string To { get; init; }
}
