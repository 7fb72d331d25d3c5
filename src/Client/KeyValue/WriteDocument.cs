namespace Consensus.Client.KeyValue;

/// <summary>The answer to a write that took effect.</summary>
internal sealed record WriteDocument(ulong Index, bool Existed, ulong Version);
