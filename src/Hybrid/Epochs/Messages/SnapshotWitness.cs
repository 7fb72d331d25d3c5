using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>What the snapshot is like that the sender has taken there.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Snapshot">What it covers, and of which bytes it is made. Not believed yet.</param>
internal sealed record SnapshotWitness(EpochTag Epoch, SnapshotDescriptor Snapshot) : ProtocolMessage, IFloorMessage;
