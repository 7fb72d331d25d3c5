using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>Asks for a part of a snapshot that the receiver has offered.</summary>
/// <param name="Index">The last entry that the snapshot covers.</param>
/// <param name="Checksum">The hash of its bytes.</param>
/// <param name="Offset">Where the part begins.</param>
internal sealed record SnapshotPartRequest(LogIndex Index, Digest Checksum, long Offset) : ProtocolMessage, IDemand;
