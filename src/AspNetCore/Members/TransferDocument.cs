namespace Consensus.AspNetCore.Members;

/// <summary>The body of <c>POST /v1/control/transfer</c>.</summary>
internal sealed record TransferDocument
{
    /// <summary>The voter that shall lead; <c>null</c> or absent: the one that is most up to date.</summary>
    public uint? Target { get; init; }
}
