namespace Consensus.AspNetCore.KeyValue;

/// <summary>The answer to a write that took effect.</summary>
/// <param name="Index">The command's position in the log.</param>
/// <param name="Existed">Whether the key had a value before.</param>
/// <param name="Version">The version of the key's value: the entry that set it. 0 if it has none now.</param>
internal sealed record WriteDocument(ulong Index, bool Existed, ulong Version);
