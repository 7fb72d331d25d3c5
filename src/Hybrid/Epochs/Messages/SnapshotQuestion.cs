using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The sender was sent a part of a snapshot, in an epoch of Raft, and asks whether the receiver has taken one there too.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Index">The last entry that the snapshot covers.</param>
internal sealed record SnapshotQuestion(EpochTag Epoch, LogIndex Index) : ProtocolMessage, IFloorMessage;
