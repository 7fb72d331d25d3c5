namespace Consensus.AspNetCore.Epochs;

/// <summary>The body of <c>POST /v1/control/seal</c>.</summary>
internal sealed record SealDocument
{
    /// <summary>An order to end the epoch, signed by an operator, as <c>consensus seal</c> makes it.</summary>
    public required byte[] Order { get; init; }
}
