namespace Consensus.Gossip.Repair;

/// <summary>What one side has under a key.</summary>
/// <param name="Key">The fingerprint of the key's position.</param>
/// <param name="Version">The version.</param>
/// <param name="Value">The fingerprint of the value's hash.</param>
internal readonly record struct RangeLine(ulong Key, ulong Version, ulong Value);
