namespace Consensus.Replication.State;

/// <summary>A key and its value. The bytes never change, whatever happens to the tree that they were found in.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value.</param>
public readonly record struct StateTreeEntry(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value);
