namespace Consensus.Client;

/// <summary>A part of a list, in the order of the names' UTF-8 bytes.</summary>
/// <param name="Items">The records.</param>
/// <param name="HasMore">Whether others follow: ask again after the last one's name.</param>
public sealed record WorkflowPage<T>(IReadOnlyList<T> Items, bool HasMore);
