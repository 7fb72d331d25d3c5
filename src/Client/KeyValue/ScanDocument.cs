namespace Consensus.Client.KeyValue;

/// <summary>A page of entries.</summary>
internal sealed record ScanDocument(ulong Index, IReadOnlyList<EntryDocument> Entries, bool HasMore);
