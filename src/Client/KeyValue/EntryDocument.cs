using Consensus.Client.Json;

namespace Consensus.Client.KeyValue;

/// <summary>One entry of a scan.</summary>
internal readonly record struct EntryDocument(Blob Key, Blob Value, ulong Version);
