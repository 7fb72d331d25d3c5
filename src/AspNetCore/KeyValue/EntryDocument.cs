using Consensus.AspNetCore.Json;

namespace Consensus.AspNetCore.KeyValue;

/// <summary>One entry of a scan.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value.</param>
/// <param name="Version">The entry of the log that set it.</param>
internal sealed record EntryDocument(Blob Key, Blob Value, ulong Version);
