namespace Consensus.AspNetCore.Tests;

/// <summary>A request that no client should send, and what it is answered with.</summary>
/// <param name="Name">What is wrong with it, as the beginning of the sentence "… is a problem".</param>
/// <param name="Method">The method.</param>
/// <param name="Path">The path.</param>
/// <param name="Status">The status.</param>
/// <param name="Code">The code, which is also the end of the type.</param>
/// <param name="Detail">What the detail says.</param>
public sealed record BadRequest(string Name, string Method, string Path, int Status, string Code, string Detail)
{
    /// <summary>The body; null for none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>What the body says that it is; null for nothing.</summary>
    public string? ContentType { get; init; } = "application/json";

    /// <summary>Whether the body comes in chunks, so that nobody knows its length beforehand.</summary>
    public bool IsChunked { get; init; }

    /// <summary>The methods that the answer says are allowed.</summary>
    public string Allow { get; init; } = "";

    /// <summary>Sets the body.</summary>
    public BadRequest With(string body, string? contentType = "application/json") => this with { Body = System.Text.Encoding.UTF8.GetBytes(body), ContentType = contentType };
}
