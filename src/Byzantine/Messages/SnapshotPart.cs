using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>A part of a snapshot.</summary>
/// <param name="Index">The last entry that the snapshot covers.</param>
/// <param name="Offset">Where the part begins.</param>
/// <param name="Data">The part; empty, if the sender no longer has the snapshot.</param>
/// <param name="Proof">The proof that it is one, against the hash of the whole (<see cref="Consensus.Cryptography.Blake3Outline"/>).</param>
internal sealed record SnapshotPart(LogIndex Index, long Offset, ReadOnlyMemory<byte> Data, ReadOnlyMemory<byte> Proof) : ProtocolMessage;
