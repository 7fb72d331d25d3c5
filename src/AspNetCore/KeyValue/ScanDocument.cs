namespace Consensus.AspNetCore.KeyValue;

/// <summary>A page of entries.</summary>
/// <param name="Index">The entry of the log whose state it shows.</param>
/// <param name="Entries">The entries in ordinal order of their keys.</param>
/// <param name="HasMore">Whether more follow: ask again with the last key as <c>after</c>.</param>
internal sealed record ScanDocument(ulong Index, IReadOnlyList<EntryDocument> Entries, bool HasMore);
