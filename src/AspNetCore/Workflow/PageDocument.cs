namespace Consensus.AspNetCore.Workflow;

/// <summary>A page of a list.</summary>
/// <param name="Index">The entry of the log whose state it shows.</param>
/// <param name="Items">The records in the order of their names' UTF-8 bytes.</param>
/// <param name="HasMore">Whether more follow: ask again with the last name as <c>after</c>.</param>
internal sealed record PageDocument<T>(ulong Index, IReadOnlyList<T> Items, bool HasMore);
